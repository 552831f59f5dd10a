"""Suppression comments: what they name, what they cover, and what is no comment."""

import pytest

from redisspec.source.comments import Comment, find_suppressions, read_suppressions
from redisspec.source.text import SourceText
from redisspec.source.yaml import parse_yaml

SPEC = """\
# redisspec: ignore-file[RS701] names are older than the rule
version: 1
keyspaces:
  # redisspec: ignore[RS101, unbounded-collection] pruned by the nightly job

  # another comment
  cart:
    key: cart  # redisspec: ignore[RS207]
    doc: "no comment # redisspec: ignore[RS999] at all"

  page:
    doc: |  # redisspec: ignore[RS205] small
      # redisspec: ignore[RS998] text
      text
    ttl: 1h
"""


def found(text):
    source = SourceText("s.yaml", text)
    root, _ = parse_yaml(source)
    return find_suppressions(source, root)


def test_what_is_named_and_covered():
    suppressions, problems = found(SPEC)
    assert problems == []
    assert [(one.codes, one.reason, one.lines, one.whole_file) for one in suppressions] == [
        (("RS701",), "names are older than the rule", range(1, 17), True),
        (("RS101", "unbounded-collection"), "pruned by the nightly job", range(7, 10), False),
        (("RS207",), "", range(8, 9), False),
        (("RS205",), "small", range(12, 13), False),
    ]
    second = suppressions[1]
    assert (second.span.line, second.span.column) == (4, 3)
    assert [(span.column, span.end_column) for span in second.code_spans] == [(23, 28), (30, 50)]
    assert second.covers("RS201", "unbounded-collection", 8)
    assert second.covers("RS101", "missing-ttl", 9)
    assert not second.covers("RS101", "missing-ttl", 10)
    assert not second.covers("RS102", "dated-key-no-ttl", 8)


@pytest.mark.parametrize(
    ("comment", "words"),
    [
        ("# redisspec: ignore[]", "names no rule"),
        ("# redisspec: ignore", "`ignore` is no suppression"),
        ("# redisspec: disable[RS101]", "`disable[RS101]` is no suppression"),
        ("# redisspec: ignore[RS1 RS2] x", "`RS1 RS2` is neither"),
        ("# redisspec: ignore[RS101", "is no suppression"),
        ("# redisspec:", "`` is no suppression"),
    ],
)
def test_malformed_ones_come_back(comment, words):
    suppressions, problems = found(f"a: 1 {comment}\n")
    assert suppressions == []
    assert [one.code for one in problems] == ["RS004"]
    assert words in problems[0].message


def test_other_comments_are_left_alone():
    assert found("a: 1 # about redisspec: a tool\nb: x#redisspec: ignore[RS101]\n") == ([], [])


def test_the_end_of_the_file_covers_itself():
    suppressions, _ = found("a: 1\n# redisspec: ignore[RS101]\n")
    assert suppressions[0].lines == range(2, 3)


def test_a_broken_file_still_has_its_comments():
    source = SourceText("s.yaml", "a: [\n# redisspec: ignore[RS101] x\nb\n")
    suppressions, _ = find_suppressions(source, None)
    assert suppressions[0].lines == range(3, 4)


def test_lua_comments_are_read_by_the_same_parser():
    text = "-- redisspec: ignore[RS502] zero is meant\nif redis.call('GET', KEYS[1]) then\nend\n"
    source = SourceText("s.lua", text)
    suppressions, problems = read_suppressions(
        source, [Comment("--", 0, text.index("\n"))], lambda line: line + 1
    )
    assert problems == []
    assert suppressions[0].lines == range(2, 4)


@pytest.mark.timeout(20)
def test_many_comments_are_linear():
    suppressions, _ = found("# redisspec: ignore[RS101] x\n" * 50_000 + "a: 1\n")
    assert {one.lines for one in suppressions} == {range(50_001, 50_002)}
