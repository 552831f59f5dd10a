"""Where the letters of a text stand in the source."""

import ast

import pytest

from redisspec.readers.python.literals import letters, opening_at
from redisspec.source.span import Span
from redisspec.source.text import SourceText


@pytest.mark.parametrize(
    "written",
    [
        "'plain'",
        '"""\nlong\n\n  text"""',
        r"r'raw\n'",
        r"'a\tb\\c\'d\x41\u00e9\N{BULLET}\101z'",
        "'joined ' \"with\" ' others'",
        "('over '\n   # a remark with 'quotes'\n   'lines')",
        "'''carried \\\non'''",
        r"r'no \d escape'",
        "'é' 'ü'",
        '"""win\r\ndows"""',
    ],
)
def test_every_letter_is_found(written: str) -> None:
    source = SourceText("a.py", "x = " + written)
    value = ast.parse(source.text).body[0].value
    text = value.value
    span = Span("a.py", 1, 5, len(source.line_starts), len(source.lines()[-1]) + 1)
    places = letters(source, span, text)
    assert len(places) == len(text) + 1
    assert list(places) == sorted(set(places))
    for letter, place in zip(text, places, strict=False):
        assert source.text[place] in (letter, "\\", "\r"), (letter, place)
        quote = opening_at(source, span, place)
        assert quote


def test_what_is_no_plain_text_is_nowhere() -> None:
    source = SourceText("a.py", 'x = f"a{b}"')
    assert letters(source, Span("a.py", 1, 5, 1, 12), "ab") == ()
