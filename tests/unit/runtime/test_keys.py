"""Parameters of keys: every text reads back as its value, and nothing else gets into a key."""

import datetime as dt
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redisspec.runtime import keys
from redisspec.runtime.errors import KeyParameterError

AWARE = st.datetimes(
    min_value=dt.datetime(1, 1, 3), max_value=dt.datetime(9999, 12, 29), timezones=st.just(dt.UTC)
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "int": st.integers(-(10**400), 10**400),
    "str": st.text(min_size=1).filter(
        lambda t: unicodedata.is_normalized("NFC", t) and not keys._REFUSED.search(t)
    ),
    "slug": st.from_regex(r"[a-z0-9_-]+", fullmatch=True),
    "uuid": st.uuids(),
    "date": st.dates(),
    "month": st.dates().map(lambda day: day.replace(day=1)),
    "isoweek": st.dates(max_value=dt.date(9999, 12, 26)).map(
        lambda day: day - dt.timedelta(day.weekday())
    ),
    "hour": AWARE.map(lambda at: at.replace(minute=0, second=0, microsecond=0)),
    "encoded": st.text(min_size=1),
}
ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(st.characters()), st.binary(),
    st.dates(), st.datetimes(), AWARE, st.uuids(), st.lists(st.none()),
)  # fmt: skip


@pytest.mark.parametrize("kind", VALUES)
def test_round_trip(kind: str) -> None:
    render, parse = getattr(keys, f"key_{kind}"), getattr(keys, f"parse_{kind}")

    @given(VALUES[kind])
    def there_and_back(value: Any) -> None:
        text = render("p", value)
        assert parse(text) == value
        assert text
        assert not set(text) & set("{}*?[]\\^")
        assert ":" not in text

    @given(ANYTHING)
    def sound_or_refused(value: Any) -> None:
        try:
            text = render("p", value)
        except KeyParameterError as error:
            assert error.parameter == "p"
            assert len(str(error)) < 300
            assert str(error).isprintable()
        else:
            assert render("p", parse(text)) == text

    @given(st.text() | st.from_regex(r"[-0-9TW%a-fA-F]{1,14}"))
    def only_canonical_texts_match(text: str) -> None:
        try:
            value = parse(text)
        except ValueError:
            return
        assert render("p", value) == text

    there_and_back()
    sound_or_refused()
    only_canonical_texts_match()


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("int", True),
        ("int", "1"),
        ("str", ""),
        ("str", "a:b"),
        ("str", "{"),
        ("str", "\x7f"),
        ("str", "\x85"),
        ("str", "\ud800"),
        ("str", "e\u0301"),
        ("slug", "a\n"),
        ("date", dt.datetime(2026, 1, 1)),
        ("hour", dt.datetime(2026, 1, 1)),
        ("hour", dt.date(2026, 1, 1)),
        ("uuid", "12345678-1234-4234-8234-123456789abc"),
        ("encoded", ""),
        ("encoded", "\ud800"),
    ],
)
def test_refused(kind: str, value: Any) -> None:
    with pytest.raises(KeyParameterError, match=r"^p: expected "):
        getattr(keys, f"key_{kind}")("p", value)


def test_texts() -> None:
    day = dt.date(2026, 11, 22)
    assert keys.key_isoweek("w", day) == "2026-W47"
    assert keys.key_month("m", day) == "2026-11"
    at = dt.datetime(2026, 11, 22, 14, 59, tzinfo=dt.timezone(dt.timedelta(hours=-9)))
    assert keys.key_hour("h", at) == "2026-11-22T23"
    assert keys.key_encoded("ip", "::1/ä") == "%3A%3A1%2F%C3%A4"
    assert keys.key_enum("e", "a", ("a", "b")) == "a"
    assert keys.parse_hex(keys.key_hex("x", "0f", 2), 2) == "0f"
    for bad in ("0F", "0", "0ff", None):
        with pytest.raises(KeyParameterError):
            keys.key_hex("x", bad, 2)
    with pytest.raises(KeyParameterError, match="one of a, b"):
        keys.key_enum("e", "c", ("a", "b"))


def test_keys_and_namespaces() -> None:
    assert keys.check_key("a" * 512) == "a" * 512
    for key in ("a" * 513, "ä" * 257):
        with pytest.raises(KeyParameterError):
            keys.check_key(key)
    assert keys.check_namespace("shop.test-1_A") == "shop.test-1_A"
    for name in ("", "a:b", "a{b}", "a" * 65, "ä", "a\n", None):
        with pytest.raises(KeyParameterError):
            keys.check_namespace(name)


def test_a_message_about_escapes_is_short() -> None:
    with pytest.raises(KeyParameterError) as raised:
        keys.key_int("p", "\U0001f600" * 40)
    assert len(str(raised.value)) < 200
    assert "30 more" in str(raised.value)
