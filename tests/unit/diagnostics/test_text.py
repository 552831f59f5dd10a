"""The text that people see: golden cases."""

import re

from redisspec.diagnostics.diagnostic import Diagnostic, Related
from redisspec.diagnostics.text import WINDOW, render, render_concise
from redisspec.diagnostics.visible import visible, width
from redisspec.source.span import NOWHERE, Span
from redisspec.source.text import SourceText


def diagnostic(span, message="cart has no TTL, so its keys stay for ever", **more):
    return Diagnostic("RS101", "missing-ttl", message, "error", span, **more)


def shown(line, start, end, **more):
    source = SourceText("s.yaml", line)
    return render([diagnostic(source.span(start, end), **more)], {"s.yaml": source})


def test_the_whole_form():
    source = SourceText("s.yaml", "\n" * 8 + "keyspaces:\n  cart:\n    key: cart\n")
    found = diagnostic(
        Span("s.yaml", 10, 3, 10, 7),
        help="add `ttl: 30d`,\nor `ttl: never` with a reason",
        related=(Related(Span("s.yaml", 9, 1, 9, 10), "in this section"),),
    )
    assert render([found], {"s.yaml": source}) == (
        "s.yaml:10:3: RS101 [error] cart has no TTL, so its keys stay for ever (missing-ttl)\n"
        "   |\n"
        "10 |   cart:\n"
        "   |   ^^^^\n"
        "  s.yaml:9:1: in this section\n"
        "   |\n"
        " 9 | keyspaces:\n"
        "   | ^^^^^^^^^\n"
        "  help: add `ttl: 30d`,\n"
        "        or `ttl: never` with a reason\n"
    )


def test_tabs_and_wide_characters_keep_the_caret_in_place():
    text = shown("\tdoc: 日本é😀 bad", 11, 14)
    line, caret = text.splitlines()[2:4]
    assert line == "1 |     doc: 日本é😀 bad"
    assert caret == "  | " + " " * width("    doc: 日本é😀 ") + "^^^"


def test_wide_characters_are_underlined_whole():
    assert shown("k: 日本", 3, 5).splitlines()[3] == "  |    ^^^^"


def test_an_empty_span_gets_one_caret_even_at_the_end():
    assert shown("k:", 2, 2).splitlines()[3] == "  |   ^"
    assert shown("", 0, 0).splitlines()[1:4] == ["  |", "1 |", "  | ^"]


def test_several_lines_show_the_first():
    assert shown("cart:  \n  key: x", 0, 16).splitlines()[2:] == ["1 | cart:", "  | ^^^^^"]


def test_long_lines_are_cut_around_the_place():
    for start, length in [(0, 3), (500, 3), (997, 3), (200, 700), (0, 1000)]:
        line, caret = shown(
            "é" * start + "X" * length + "y" * (1000 - start - length), start, start + length
        ).splitlines()[2:4]
        assert width(line) <= WINDOW + 4
        marked = [a for a, b in zip(line, caret.ljust(len(line)), strict=True) if b == "^"]
        assert set(marked) <= {"X", "…"}
        assert marked[:3] == ["X"] * 3
        assert "…" in line


def test_nothing_from_the_spec_reaches_the_terminal_raw():
    text = shown(
        "k: a\x1b[31mb\u202ec\x85", 4, 5, message="`a\x1b[31m` is odd\u200b", help="drop \x07"
    )
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "1 | k: a\\x1b[31mb\\u202ec\\x85" in text
    assert "`a\\x1b[31m` is odd\\u200b" in text
    assert "help: drop \\x07" in text
    assert text.splitlines()[3] == "  |     ^^^^"


def test_a_byte_that_is_no_text_is_shown_as_the_byte():
    assert visible(b"x\xff\x80".decode("utf-8", "surrogateescape")) == "x\\xff\\x80"


def test_a_line_break_in_a_message_stays_in_its_line():
    assert "a\\x0ab" in shown("k", 0, 1, message="a\nb").splitlines()[0]


def test_files_and_lines_that_are_not_there_leave_the_headline():
    assert render([diagnostic(Span("gone.yaml", 1, 1, 1, 1))], {}).count("\n") == 1
    source = SourceText("s.yaml", "a")
    assert render([diagnostic(Span("s.yaml", 9, 1, 9, 1))], {"s.yaml": source}).count("\n") == 1
    assert render([diagnostic(NOWHERE)], {}).startswith("RS101 [error] cart")


def test_order_and_repetitions():
    spans = [
        Span("b", 1, 1, 1, 1),
        Span("a", 10, 1, 10, 1),
        Span("a", 9, 5, 9, 6),
        Span("a", 9, 1, 9, 2),
    ]
    text = render_concise([diagnostic(span) for span in [*spans, *spans]])
    assert [line.split(" ")[0] for line in text.splitlines()] == [
        "a:9:1:",
        "a:9:5:",
        "a:10:1:",
        "b:1:1:",
    ]
    assert render([], {}) == ""


def test_an_empty_line_stands_between_two():
    both = [diagnostic(Span("a", 1, 1, 1, 1)), diagnostic(Span("b", 1, 1, 1, 1))]
    assert render(both, {}).split("\n\n")[1].startswith("b:1:1")


def test_colour_only_on_demand():
    source = SourceText("s.yaml", "k: v")
    found = [diagnostic(source.span(3, 4), help="do")]
    plain = render(found, {"s.yaml": source})
    coloured = render(found, {"s.yaml": source}, color=True)
    assert "\x1b" not in plain
    assert "\x1b[1;31mRS101 [error]\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
