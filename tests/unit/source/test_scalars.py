"""Plain scalars mean what YAML 1.2 says, and what 1.1 would misread is named."""

import math

import pytest

from redisspec.source.scalars import misread, resolve


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None), ("~", None), ("null", None), ("Null", None), ("true", True), ("FALSE", False),
        ("0", 0), ("-7", -7), ("+7", 7), ("10_000", 10_000), ("0x1F", 31), ("0o17", 15),
        ("1.5", 1.5), ("1.", 1.0), (".5", 0.5), ("-1e3", -1000.0), ("1_000.5", 1000.5),
        (".inf", math.inf), ("-.inf", -math.inf),
        ("on", "on"), ("no", "no"), ("y", "y"), ("1:30", "1:30"), ("010", "010"), ("0b1", "0b1"),
        ("1__0", "1__0"), ("_1", "_1"), ("1_", "1_"), ("-", "-"), (".", "."), ("+", "+"),
        ("e5", "e5"), ("1e", "1e"), ("nulls", "nulls"), ("tRUE", "tRUE"), ("2026-11-22", "2026-11-22"),
        ("٣", "٣"), ("1h", "1h"), ("5%", "5%"), ("inf", "inf"), ("1" * 5000, "1" * 5000),
    ],
)  # fmt: skip
def test_resolution(text, value):
    assert resolve(text) == value
    assert type(resolve(text)) is type(value)


def test_nan():
    assert math.isnan(resolve(".nan"))


@pytest.mark.parametrize(
    ("text", "words"),
    [("on", "two booleans"), ("NO", "two booleans"), ("1:30", "90s"), ("010", "octal")],
)
def test_misread(text, words):
    hint = misread(text)
    assert hint is not None
    assert words in hint


@pytest.mark.parametrize("text", ["true", "10", "0", "a:b", "once", "12:ab", "0x10"])
def test_nothing_to_misread(text):
    assert misread(text) is None
