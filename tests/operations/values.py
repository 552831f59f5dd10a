"""Values of every type, out of small domains, so that branches are taken, keys meet and bounds are hit."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from redisspec.ir.types import Enum, Json, ListOf, Maybe, Scalar
from tests.operations.catalogue import Argument, Callable
from tests.operations.kinds import Kind, Listed, Mapped, Optional, RecordOf
from tests.operations.model.data import Record

BIG = (2**53 - 1, -(2**53) + 1, 2**53, 2**53 + 1, -(2**63), 10**20)
TEXTS = ("", "a", "b", "q\"'\\", "é☃", "x\ny", "10", "{}%s", "long enough to be too large")
RAW = (b"", b"a", b"\0", b"\xff\xfe", b"1", b"a\r\nb", b"too large for it")
TIMES = (
    datetime(2020, 1, 1, tzinfo=UTC),
    datetime(2020, 1, 1, 0, 0, 0, 500_000, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2999, 12, 31, 12, 30, tzinfo=timezone(timedelta(hours=2))),
    datetime(1, 1, 2, tzinfo=UTC),
)
SLUGS = ("x", "y", "z-1", "w_2")
DYADIC = (0.0, 1.0, -1.0, 0.5, 2.25, -0.75, 3.0, 100.0)
PLACES = ((0.0, 0.0), (13.361389, 38.115556), (15.087269, 37.502669), (-122.5, 37.75))
IDS = ("1-0", "2-0", "3-5")

_SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "int": st.integers(-2, 6),
    "float": st.sampled_from(DYADIC),
    "bool": st.booleans(),
    "str": st.sampled_from(TEXTS),
    "bytes": st.sampled_from(RAW),
    "decimal": st.sampled_from([Decimal("1.50"), Decimal(0), Decimal("-1E+5"), Decimal("1.5")]),
    "datetime": st.sampled_from(TIMES),
    "date": st.sampled_from([date(2026, 11, 22), date(1, 1, 1), date(9999, 12, 31)]),
    "uuid": st.sampled_from([UUID(int=0), UUID(int=7), UUID(int=2**128 - 1)]),
    "slug": st.sampled_from(SLUGS),
}
_JSON = st.sampled_from([None, True, 1, "a", [], {}, [1, None, {"a": 1.5}], {"k": "é☃\n"}])


def of(kind: Kind, records: dict[str, Any] | None = None) -> st.SearchStrategy[Any]:
    """Values of a type; a record is the model's own."""
    match kind:
        case Scalar(name):
            return _SCALARS[name]
        case Enum(members):
            return st.sampled_from(members)
        case Json(None):
            return _JSON.filter(lambda value: value is not None)
        case Optional(inner) | Maybe(inner):
            return st.none() | of(inner)
        case Listed(item) | ListOf(item):
            return st.lists(of(item), max_size=4)
        case Mapped(key, value):
            return st.dictionaries(of(key), of(value), max_size=3)
        case RecordOf(name):
            from tests.operations.catalogue import keyspaces  # noqa: PLC0415 - the spec is read at its first use

            fields = {field.name: of(field.type) for field in keyspaces()[name].fields}
            return st.fixed_dictionaries(fields).map(Record)
    raise AssertionError(kind)


def parameter(kind: Kind) -> st.SearchStrategy[Any]:
    """Values of a parameter: now and then an int that no double holds, a float that is no dyadic one."""
    if kind == Scalar("int"):
        return st.integers(-2, 6) | st.integers(-2, 6) | st.sampled_from((7, 100, -13) * 4 + BIG)
    if kind == Scalar("float"):
        odd = (0.1, 1e300, -1e300, 1e-300, 2.0**53, 1 / 3, float("inf"), -0.0)
        return st.sampled_from(DYADIC) | st.sampled_from(odd)
    if isinstance(kind, Optional):
        return st.none() | parameter(kind.inner)
    if isinstance(kind, Listed):
        return st.lists(parameter(kind.item), max_size=4)
    return of(kind)


def argument(one: Argument) -> st.SearchStrategy[Any]:
    """Values of a method's argument, by what it is for."""
    match one.role:
        case "each":
            assert isinstance(one.kind, Listed)
            return st.lists(of(one.kind.item), min_size=1, max_size=3)
        case "pairs":
            assert isinstance(one.kind, Mapped)
            return st.dictionaries(of(one.kind.key), of(one.kind.value), min_size=1, max_size=3)
        case "count":
            return st.integers(-1, 4)
        case "positive":
            return st.integers(1, 4)
        case "natural":
            return st.integers(0, 3)
        case "index":
            return st.integers(-4, 4)
        case "offset":
            return st.integers(0, 25)
        case "edge":
            return st.sampled_from([*DYADIC, float("inf"), float("-inf")])
        case "entry_id":
            return st.sampled_from(IDS)
        case "ttl":
            return st.none() | st.sampled_from([60, 1800.5, timedelta(minutes=50)])
        case "condition":
            return st.just(True)
        case "number":
            return st.integers(-4, 8)
        case "longitude" | "latitude":
            return st.sampled_from(PLACES).map(lambda p: p[one.role == "latitude"])
        case "radius":
            return st.sampled_from([0.0, 500_000.0])
    return of(one.kind)


RANDOM = {"random", "pop", "search", "search_around"}
"""What answers at random, or what the model has no word for."""


def deterministic(one: Callable) -> bool:
    return one.name not in RANDOM or one.keyspace.structure == "list"


@st.composite
def calls(draw: st.DrawFn, one: Callable) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Arguments of a method, by place and by name."""
    place: list[Any] = []
    named: dict[str, Any] = {}
    conditioned = False
    for argument_ in one.arguments:
        if argument_.role == "condition":
            if conditioned or not draw(st.booleans()):
                continue
            conditioned = True
        elif not argument_.required and not draw(st.booleans()):
            if argument_.keyword:
                continue
            break
        value = draw(argument(argument_))
        if argument_.keyword:
            named[argument_.name] = value
        elif argument_.role == "each":
            place += value
        else:
            place.append(value)
    if one.keyspace.structure == "geo" and one.name == "add":
        place[1:3] = draw(st.sampled_from(PLACES))
    return tuple(place), named
