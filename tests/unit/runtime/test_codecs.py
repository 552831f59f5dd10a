"""Every codec gives back what it was given, and refuses what it cannot."""

import datetime as dt
import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redisspec.runtime import codecs
from redisspec.runtime.errors import DecodeError, EncodeError, ValueTooLarge

ZONES = st.one_of(
    st.just(dt.UTC),
    st.integers(-1439, 1439).map(lambda minutes: dt.timezone(dt.timedelta(minutes=minutes))),
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "str": st.text(),
    "int": st.integers() | st.sampled_from([2**53, -(2**63), 2**63, 10**3890]),
    "float": st.floats(allow_nan=False) | st.integers(-(2**53), 2**53),
    "bool": st.booleans(),
    "bytes": st.binary(),
    "decimal": st.decimals(allow_nan=False, allow_infinity=False),
    "datetime": st.datetimes(
        min_value=dt.datetime(1, 1, 3), max_value=dt.datetime(9999, 12, 29), timezones=ZONES
    ),
    "date": st.dates(),
    "uuid": st.uuids(),
    "slug": st.from_regex(r"[a-z0-9_-]+", fullmatch=True),
}
HOSTILE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(st.characters()),
    st.binary(),
    st.just(object()),
    st.dates(),
    st.datetimes(),
    st.decimals(),
    st.lists(st.none()),
    st.dictionaries(st.integers(), st.none()),
)
DATA = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def pair(kind: str) -> tuple[Any, Any, Any, Any]:
    return tuple(
        getattr(codecs, name)
        for name in (f"encode_{kind}", f"decode_{kind}", f"{kind}_to_json", f"{kind}_from_json")
    )


def stored(raw: object) -> bytes:
    """What a server would give back."""
    return raw if isinstance(raw, bytes) else str(raw).encode()


@pytest.mark.parametrize("kind", VALUES)
def test_round_trips(kind: str) -> None:
    encode, decode, to_json, from_json = pair(kind)

    @given(VALUES[kind])
    def there_and_back(value: Any) -> None:
        again = decode(stored(encode(value)))
        assert again == value
        assert stored(encode(again)) == stored(encode(value))
        assert from_json(codecs.load_json(codecs.dump_json(to_json(value)))) == value
        if isinstance(value, float):
            assert math.copysign(1, again) == math.copysign(1, value)

    there_and_back()


@pytest.mark.parametrize("kind", VALUES)
def test_encoding_refuses_other_types_by_name_only(kind: str) -> None:
    encode, decode, to_json, _ = pair(kind)

    @given(HOSTILE)
    def refused_or_sound(value: Any) -> None:
        for function in (encode, to_json):
            try:
                result = function(value)
            except EncodeError as error:
                assert len(str(error)) < 200
            else:
                assert isinstance(result, (str, bytes, int, float))
        try:
            raw = stored(encode(value))
        except EncodeError:
            return
        decode(raw)

    refused_or_sound()


@pytest.mark.parametrize("kind", VALUES)
def test_decoding_anything_ends_in_a_value_or_a_decode_error(kind: str) -> None:
    encode, decode, _, from_json = pair(kind)

    @given(
        st.binary()
        | st.text().map(str.encode)
        | st.from_regex(r"[-+0-9.eE:TZ_ inf]+").map(str.encode)
    )
    def decoded(raw: bytes) -> None:
        try:
            value = decode(raw)
        except DecodeError:
            return
        assert decode(stored(encode(value))) == value

    @given(DATA)
    def from_data(data: Any) -> None:
        try:
            from_json(data)
        except DecodeError as error:
            assert len(str(error)) < 300

    decoded()
    from_data()


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("int", True),
        ("int", 1.0),
        pytest.param("int", 10**5000, id="int-huge"),
        ("float", math.nan),
        ("float", True),
        pytest.param("float", 10**400, id="float-huge"),
        ("float", "1"),
        ("bool", 1),
        ("str", b"a"),
        ("str", "\ud800"),
        ("bytes", "a"),
        ("decimal", Decimal("nan")),
        ("decimal", Decimal("inf")),
        ("decimal", 1.5),
        ("datetime", dt.datetime(2026, 1, 1)),
        ("datetime", dt.date(2026, 1, 1)),
        ("datetime", dt.datetime(1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=5)))),
        ("date", dt.datetime(2026, 1, 1)),
        ("date", "2026-01-01"),
        ("uuid", "12345678-1234-4234-8234-123456789abc"),
        ("slug", ""),
        ("slug", "A"),
    ],
)
def test_refused(kind: str, value: Any) -> None:
    with pytest.raises(EncodeError):
        pair(kind)[0](value)


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("int", b"01"),
        ("int", b"-0"),
        ("int", b" 1"),
        ("int", b"1_0"),
        ("int", "\u0661".encode()),
        ("int", b"9" * 5000),
        ("float", b"nan"),
        ("float", b" 1"),
        ("float", b""),
        ("bool", b"true"),
        ("str", b"\xff"),
        ("decimal", b"1_0"),
        ("datetime", b"2026-01-01T00:00:00"),
        ("datetime", b"2026-01-01"),
        ("date", b"2026-02-30"),
        ("date", b"20260101"),
        ("uuid", b"{12345678-1234-1234-1234-123456789abc}"),
        ("slug", b"a\n"),
    ],
)
def test_corrupt(kind: str, raw: bytes) -> None:
    with pytest.raises(DecodeError) as caught:
        pair(kind)[1](raw)
    caught.value.key = "shop:a\n"
    assert str(caught.value).startswith("shop:a\\n: expected ")


def test_what_redis_cli_sees() -> None:
    at = dt.datetime(2026, 11, 22, 15, 30, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    assert codecs.encode_int(42) == 42
    assert codecs.encode_bool(True) == "1"
    assert codecs.encode_float(1) == "1.0"
    assert codecs.encode_float(-math.inf) == "-inf"
    assert codecs.encode_datetime(at) == "2026-11-22T14:30:00Z"
    assert codecs.encode_datetime(at.replace(microsecond=5)) == "2026-11-22T14:30:00.000005Z"
    assert codecs.dump_json({"ä": [1, None]}) == '{"ä":[1,null]}'.encode()


@given(DATA)
def test_json_round_trip(data: Any) -> None:
    assert codecs.load_json(codecs.dump_json(codecs.check_json(data))) == data


@pytest.mark.parametrize(
    "data", [math.nan, {1: 2}, (1,), "\ud800", {"a": b""}, {"\ud800": 1}, object()]
)
def test_json_that_would_come_back_as_something_else(data: Any) -> None:
    with pytest.raises(EncodeError):
        codecs.check_json(data)


@pytest.mark.parametrize(
    "raw", [b"", b"NaN", b"[Infinity]", b"\xff", b"[" * 100_000, b"{", b"9" * 5000]
)
def test_broken_json(raw: bytes) -> None:
    with pytest.raises(DecodeError):
        codecs.load_json(raw)


def test_enum_and_size() -> None:
    assert codecs.decode_enum(stored(codecs.encode_enum("a", ("a", "b"))), ("a", "b")) == "a"
    assert codecs.enum_from_json(codecs.enum_to_json("b", ("a", "b")), ("a", "b")) == "b"
    for bad in ("c", 1, None):
        with pytest.raises(EncodeError):
            codecs.encode_enum(bad, ("a", "b"))
        with pytest.raises(DecodeError):
            codecs.enum_from_json(bad, ("a", "b"))
    with pytest.raises(DecodeError):
        codecs.decode_enum(b"\xff", ("a",))
    assert codecs.check_size("ää", 4) == "ää"
    with pytest.raises(ValueTooLarge):
        codecs.check_size("ää", 3)
