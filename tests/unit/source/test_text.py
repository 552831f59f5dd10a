"""Reading a file: positions, and every way in which a file is no text."""

import os

import pytest

from redisspec.diagnostics.diagnostic import Diagnostic
from redisspec.source import text as text_module
from redisspec.source.span import Span
from redisspec.source.text import SourceText, decode_source, read_source


def refused(data: bytes) -> Diagnostic:
    result = decode_source("s.yaml", data)
    assert isinstance(result, Diagnostic)
    assert (result.code, result.severity) == ("RS001", "error")
    return result


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_the_same_way_everywhere(end):
    source = SourceText("s.yaml", f"a: é{end}b: 😀x{end}")
    assert source.lines() == ["a: é", "b: 😀x", ""]
    assert [source.line(n) for n in (0, 1, 2, 3, 4)] == ["", "a: é", "b: 😀x", "", ""]
    at = source.text.index("x")
    assert source.position(at) == (2, 5)
    assert source.offset(2, 5) == at
    assert source.span(at, at + 1) == Span("s.yaml", 2, 5, 2, 6)


def test_other_separators_of_unicode_end_no_line():
    assert SourceText("s", "a\u2028b\x85c\x0bd").line_count == 1


def test_offsets_stay_inside_the_text():
    source = SourceText("s", "ab\nc")
    assert source.offset(9, 9) == 4
    assert source.offset(0, 0) == 0
    assert source.position(4) == (2, 2)


def test_a_byte_order_mark_is_no_text(tmp_path):
    path = tmp_path / "s.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\n")
    source = read_source(path)
    assert isinstance(source, SourceText)
    assert source.text == "a: 1\r\n"


def test_the_path_stays_as_typed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.yaml").write_text("a: 1")
    source = read_source("./s.yaml")
    assert isinstance(source, SourceText)
    assert source.path == "./s.yaml"


@pytest.mark.parametrize(
    ("data", "place", "words"),
    [
        ("a: é\nb: ".encode() + b"\xe9\n", (2, 4), "byte 0xe9 is not UTF-8"),
        ("é: 1".encode() + b"\0", (1, 5), "a NUL byte"),
        ("a: 1".encode("utf-16"), (1, 1), "the file is UTF-16"),
        ("a: 1".encode("utf-32"), (1, 1), "the file is UTF-32"),
        ("a: 1".encode("utf-16-le"), (1, 2), "a NUL byte"),
        (b"a: \xed\xa0\x80", (1, 4), "byte 0xed is not UTF-8"),
    ],
)
def test_bytes_that_are_no_utf8_are_located(data, place, words):
    problem = refused(data)
    assert (problem.span.line, problem.span.column) == place
    assert words in problem.message
    assert problem.help


def test_what_is_no_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path, words in [
        (tmp_path, "is a directory"),
        (tmp_path / "absent.yaml", "there is no file"),
        (tmp_path / "pipe", "is a pipe, socket or device"),
        ("/dev/zero", "is a pipe, socket or device"),
        ("a\0b", "cannot be read"),
        (tmp_path / ("x" * 300), "cannot be read"),
    ]:
        problem = read_source(path)
        assert isinstance(problem, Diagnostic)
        assert words in problem.message


def test_a_loop_of_links_is_refused(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert isinstance(read_source(tmp_path / "loop"), Diagnostic)


def test_a_huge_file_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr(text_module, "MAX_BYTES", 10)
    path = tmp_path / "s.yaml"
    path.write_text("a" * 11)
    problem = read_source(path)
    assert isinstance(problem, Diagnostic)
    assert "11 bytes" in problem.message


def test_a_hundred_megabytes_end_quickly(tmp_path):
    path = tmp_path / "noise.yaml"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    assert isinstance(read_source(path), Diagnostic)
