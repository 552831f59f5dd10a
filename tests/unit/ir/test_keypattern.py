"""Key patterns: rendering, matching, globs, tags and lengths."""

import re
import unicodedata
from datetime import date, timedelta
from fnmatch import fnmatchcase

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from redisspec.ir.keypattern import Hole, KeyPattern, Literal, Parameter, ParameterType
from redisspec.ir.slot import hash_tag, key_slot

from .oracle import ALL_TYPES, accepts, patterns, readings

CART = KeyPattern(
    (
        Literal("shop:cart:{"),
        Parameter("user_id", ParameterType("int")),
        Literal("}:"),
        Parameter("day", ParameterType("date")),
    )
)


def test_renders_and_matches():
    values = {"user_id": "42", "day": "2026-02-28"}
    assert CART.render(values) == "shop:cart:{42}:2026-02-28"
    assert CART.match("shop:cart:{42}:2026-02-28") == values
    assert CART.match("shop:cart:{42}:2026-02-29") is None
    assert CART.match("shop:cart:{-0}:2026-02-28") is None
    assert CART.match("shop:cart:{42}:2026-02-28\n") is None
    assert CART.text == "shop:cart:{<user_id:int>}:<day:date>"
    assert CART.glob() == "shop:cart:{*}:????-??-??"
    assert CART.slot_parameters() == ("user_id",)
    assert CART.max_length() is None
    assert CART.constant_slot() is None


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"user_id": "", "day": "2026-02-28"}, "user_id"),
        ({"user_id": "1"}, "day"),
        ({"user_id": "1", "day": "2026-13-01"}, "day"),
        ({"user_id": "1}", "day": "2026-01-01"}, "user_id"),
    ],
)
def test_refuses_what_is_no_text_of_the_type(values, named):
    with pytest.raises(ValueError, match=named):
        CART.render(values)


def test_keys_have_512_bytes_at_most():
    pattern = KeyPattern((Literal("s:"), Parameter("name", ParameterType("str"))))
    assert pattern.match(pattern.render({"name": "é" * 255})) == {"name": "é" * 255}
    with pytest.raises(ValueError, match="512"):
        pattern.render({"name": "é" * 256})
    assert pattern.match("s:" + "é" * 256) is None


TEXTS = st.one_of(
    st.text(),
    st.text("0123456789-abfW%T:_~{}ABC"),
    st.from_regex(r"-?[0-9]{1,3}", fullmatch=True),
    st.from_regex(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?(T[0-9]{2})?", fullmatch=True),
    st.from_regex(r"[0-9]{4}-W[0-9]{2}", fullmatch=True),
    st.uuids().map(str),
    st.dates().map(date.isoformat),
    st.dates().map(lambda day: "{:04}-W{:02}".format(*day.isocalendar())),
    st.text().map(lambda text: unicodedata.normalize("NFC", text)),
    st.binary(min_size=1, max_size=6).map(lambda raw: "".join(f"%{byte:02X}" for byte in raw)),
)


@given(st.sampled_from(ALL_TYPES), TEXTS)
@example(ParameterType("str"), "e\u0301")
@example(ParameterType("str"), "\ud800")
@example(ParameterType("str"), "a\x85b")
@example(ParameterType("encoded"), "%41")
@example(ParameterType("encoded"), "%ED%A0%80")
@example(ParameterType("encoded"), "%3a")
@example(ParameterType("int"), "-0")
@example(ParameterType("int"), "\u0661")
@example(ParameterType("date"), "0000-01-01")
@example(ParameterType("isoweek"), "2025-W53")
def test_types_admit_what_they_say(kind, text):
    assert kind.accepts(text) == accepts(kind, text)
    if kind.accepts(text):
        assert re.fullmatch(kind.regex(), text)
        assert kind.min_length <= len(text) <= (kind.max_length or len(text))
        assert fnmatchcase(text, kind.glob())


def test_every_day_of_a_calendar_cycle():
    days, day = ParameterType("date"), date(1999, 1, 1)
    weeks = ParameterType("isoweek")
    while day < date(2404, 1, 1):
        assert days.accepts(day.isoformat())
        if day.month == 12 and day.day == 28:
            year, week, _ = day.isocalendar()
            assert weeks.accepts(f"{year:04}-W53") == (week == 53)
        day += timedelta(days=1)
    for year in range(1, 10_000):
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        assert days.accepts(f"{year:04}-02-29") == leap


@given(patterns(ALL_TYPES, letters="a1-:{}*?"), st.data())
def test_matches_what_it_renders(pattern, data):
    values = {
        part.name: data.draw(
            st.from_regex(re.compile(part.type.regex()), fullmatch=True).filter(part.type.accepts)
        )
        for part in pattern.parameters
    }
    key = pattern.render(values)
    found = pattern.match(key)
    assert found is not None
    assert pattern.render(found) == key
    if pattern.ambiguity() is None:
        assert found == values
    assert re.fullmatch(pattern.regex(), key)
    if tag := pattern.tag:
        assert hash_tag(key.encode()).decode() == KeyPattern(tag).render(values)
    else:
        assert hash_tag(key.encode()).decode() == key
    slot = pattern.constant_slot()
    assert slot is None or slot == key_slot(key)


@given(patterns(ALL_TYPES), st.text("a1-:0T"))
def test_matches_nothing_else(pattern, key):
    assert (pattern.match(key) is not None) == bool(readings(pattern, key))


def test_slots():
    plain = KeyPattern((Literal("shop:api:"), Parameter("user_id", ParameterType("int"))))
    fence = KeyPattern((Literal("shop:{"), *plain.parts, Literal("}:fence")))
    assert plain.same_slot(fence)
    assert fence.same_slot(plain)
    assert not CART.same_slot(plain)
    renamed = KeyPattern((Literal("x:{"), Parameter("owner", ParameterType("int")), Literal("}")))
    assert not renamed.same_slot(CART)
    assert renamed.same_slot(CART, {"owner": "user_id"})
    assert not KeyPattern((Literal("a"), Hole())).same_slot(KeyPattern((Literal("a"), Hole())))
    assert KeyPattern((Literal("a{b}"), Hole())).constant_slot() == key_slot("b")
    assert KeyPattern((Literal("a{}b{c}"),)).tag is None


def test_globs_escape_their_literals():
    pattern = KeyPattern((Literal(r"s*[a]?\^"), Parameter("x", ParameterType("int")), Hole()))
    assert pattern.glob() == r"s\*\[a\]\?\\\^*"


def test_segments():
    x = Parameter("x", ParameterType("int"))
    pattern = KeyPattern((Literal("s:"), x, Literal("-a::"), x))
    assert pattern.segments() == ((Literal("s"),), (x, Literal("-a")), (), (x,))
