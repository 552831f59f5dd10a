"""What caches store: packed and opened again, and everything else a miss."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redisspec.codegen.scripts import template_script
from redisspec.runtime.cache_settings import Patience
from redisspec.runtime.cache_tags import TagValue, made_tag, named_tag
from redisspec.runtime.codecs import decode_bytes
from redisspec.runtime.envelope import (
    HEADER,
    MISS,
    NONE_THERE,
    TOMBSTONE,
    fill_of,
    mark_of,
    new_token,
    opened,
    packed,
    reading,
    sealed,
    still_valid,
    value_in,
    version_text,
)
from redisspec.runtime.errors import EncodeError, ValueTooLarge

MARK = mark_of("0123abcd")
tags = st.lists(st.from_regex(r"\A[A-Za-z0-9:%._~-]{1,20}\Z"), max_size=5)


@given(
    st.binary(max_size=300), st.none() | st.integers(0, 200), tags,
    st.floats(0, 1e6), st.integers(0, 2**53 - 1),
)  # fmt: skip
def test_what_was_packed_comes_out(
    value: bytes, above: int | None, tags: list[str], cost: float, stamp: int
) -> None:
    token = new_token()
    raw = sealed(MARK, packed(value, above, None), token, cost=cost, stamp=stamp, tags=tags)
    found = opened(raw, MARK)
    assert found is not None
    assert value_in(found, decode_bytes, False) == value
    assert found.tags == tuple(tags)
    assert found.stamp == (stamp if tags else 0)
    assert fill_of(raw) == token[:8].encode()
    assert opened(raw, mark_of("0123abce")) is None
    for cut in (5, HEADER - 1):
        assert opened(raw[:cut], MARK) is None


@given(st.binary(max_size=120), st.booleans())
def test_anything_else_is_a_miss_or_bytes(junk: bytes, marked: bool) -> None:
    found = opened(MARK + junk if marked else junk, MARK)
    if found is not None:
        value = value_in(found, decode_bytes, False)
        assert value is MISS or isinstance(value, bytes)


def test_kinds() -> None:
    none = opened(sealed(MARK, NONE_THERE, new_token()), MARK)
    assert none is not None
    assert value_in(none, decode_bytes, True) is None
    assert value_in(none, decode_bytes, False) is MISS, "no longer declared"
    assert opened(sealed(MARK, TOMBSTONE, new_token()), MARK) is None
    small = packed(b"x" * 1000, 10, 100)
    assert small.kind == "z" and len(small.body) < 100
    cut = opened(sealed(MARK, small._replace(body=small.body[:-3]), new_token()), MARK)
    assert cut is not None and value_in(cut, decode_bytes, False) is MISS
    with pytest.raises(ValueTooLarge):
        packed(b"x" * 101, None, 100)
    with pytest.raises(EncodeError, match="tags"):
        sealed(MARK, NONE_THERE, new_token(), tags=["x" * 10_000])


def test_the_places_are_those_of_the_scripts() -> None:
    raw = sealed(MARK, TOMBSTONE, "f" * 24, cost=1.5, stamp=7, version=version_text(3)).decode()
    read, fill = (template_script(f"cache_{name}").text for name in ("read", "fill"))
    for place, text in (("10, 10", "t"), ("11, 17", "0001500"), ("50, 57", "f" * 8)):
        first, last = map(int, place.split(", "))
        assert f"string.sub(entry, {place})" in read
        assert raw[first - 1 : last] == text
    assert "string.sub(head, 18, 33)" in fill
    assert raw[17:33] == version_text(3) == f"{3:016}"
    assert len(raw) == HEADER == 61
    assert "#head == 61" in fill


@pytest.mark.parametrize(
    ("readings", "valid"),
    [([], True), ([7], True), ([7, 8], False), ([None], False), ([1, None], False)],
)
def test_validity(readings: list[int | None], valid: bool) -> None:
    found = opened(sealed(MARK, NONE_THERE, new_token(), stamp=7, tags=["t"]), MARK)
    assert found is not None
    assert still_valid(found, readings) is valid
    assert [reading(raw) for raw in (b"12", "12", None, b"x")] == [12, 12, None, None]


values = st.none() | st.integers() | st.uuids() | st.dates() | st.text(max_size=8)


@given(values, values)
def test_two_values_have_two_tags(one: Any, other: Any) -> None:
    def text(value: TagValue) -> str:
        return made_tag(("a:", ":z"), value)

    try:
        alike = text(one) == text(other)
    except EncodeError:  # lone surrogates
        return
    same = one == other or str(one) == str(other)
    assert alike is same or (alike and None not in (one, other) and str(one) == str(other))
    assert " " not in text(one) and text(one).isascii()


def test_named_tags() -> None:
    made = {"all": ("all",), "of": ("of:", "/", "")}
    assert named_tag(made, "all", ()) == "all"
    assert named_tag(made, "of", (1, "a b")) == "of:1/a%20b"
    for name, given_ in (("none", ()), ("of", (1,)), ("all", (1,))):
        with pytest.raises(ValueError):
            named_tag(made, name, given_)
    with pytest.raises(EncodeError):
        named_tag(made, "of", (1, 1.5))  # type: ignore[arg-type]  # what no annotation allows


def test_patience_ends_in_its_last_quarter() -> None:
    for _ in range(20):
        waited = Patience(40)
        assert 0.02 < waited._ends - waited._began <= 0.04
    assert Patience(0).next() is None
