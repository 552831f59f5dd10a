"""The YAML builder: trees with places, one clear sentence for every trap, and no crash."""

import contextlib
import re

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from redisspec.diagnostics.text import render
from redisspec.source import yaml as builder
from redisspec.source.nodes import MappingNode, ScalarNode, locate, to_data
from redisspec.source.text import SourceText, decode_source
from redisspec.source.traps import trap
from redisspec.source.yaml import parse_yaml

SPEC = """\
version: 1
name: shop
keyspaces:
  cart:
    key: cart:{<user_id:int>}
    structure: hash
    fields: {sku: str, quantity: int, added_at: datetime}
    ttl: {for: 30d, refresh: on_write}
    tags: ["a # b", 'c']
    doc: |
      Two # lines
      of text

  é😀: {a: 10_000}
"""


@pytest.fixture(params=["libyaml", "pure"])
def loader(request, monkeypatch):
    """Both parsers that PyYAML may have here."""
    monkeypatch.setattr(
        builder, "_LOADER", yaml.CSafeLoader if request.param == "libyaml" else yaml.SafeLoader
    )


def parse(text):
    return parse_yaml(SourceText("s.yaml", text))


def tree(text):
    root, problems = parse(text)
    assert problems == []
    assert isinstance(root, MappingNode)
    return root


def said(text):
    """(line, column, the marked text, message, help) of each problem."""
    source = SourceText("s.yaml", text)
    _, problems = parse_yaml(source)
    assert all(
        (one.code, one.name, one.severity) == ("RS001", "invalid-yaml", "error") for one in problems
    )
    return [
        (
            one.span.line,
            one.span.column,
            text[
                source.offset(one.span.line, one.span.column) : source.offset(
                    one.span.end_line, one.span.end_column
                )
            ],
            one.message,
            one.help or "",
        )
        for one in problems
    ]


@pytest.mark.usefixtures("loader")
def test_the_tree_is_that_of_yaml():
    assert to_data(tree(SPEC)) == {
        **yaml.safe_load(SPEC),
        "version": 1,
    }


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_node_knows_its_place(end):
    text = SPEC.replace("\n", end)
    root = tree(text)
    source = root.source

    def marked(*path):
        span = locate(root, path).span
        return text[
            source.offset(span.line, span.column) : source.offset(span.end_line, span.end_column)
        ]

    assert marked("name") == "shop"
    assert marked("keyspaces", "cart", "key") == "cart:{<user_id:int>}"
    assert marked("keyspaces", "cart", "ttl") == "{for: 30d, refresh: on_write}"
    assert marked("keyspaces", "cart", "tags", 0) == '"a # b"'
    assert marked("keyspaces", "cart", "doc").startswith("|")
    assert marked("keyspaces", "cart", "doc").endswith("of text")
    assert marked("keyspaces", "cart").startswith("key:")
    assert marked("keyspaces", "cart").endswith("of text")
    assert marked("keyspaces", "é😀", "a") == "10_000"
    keyspaces = root.get("keyspaces")
    assert isinstance(keyspaces, MappingNode)
    wide = keyspaces.key("é😀")
    assert wide is not None
    assert (wide.span.column, wide.span.end_column) == (3, 5)


def test_locate_skips_what_matches_nothing():
    root = tree(SPEC)
    assert locate(root, ("keyspaces", "cart", "hash", "ttl", "for")) is locate(
        root, ("keyspaces", "cart", "ttl", "for")
    )
    assert root.get("absent") is None
    assert root.key("absent") is None


QUOTE = "put the whole value in quotes: "


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    ("text", "place", "marked", "message", "way"),
    [
        ("a: 1\nb: 2\na: 3", (3, 1), "a", "`a` stands twice in this mapping, first in line 1", "remove"),
        ("a: {b: 1, b: 2}", (1, 11), "b", "`b` stands twice", "remove"),
        ('1: a\n"1": b', (2, 1), '"1"', "`1` stands twice", "remove"),
        ("key: {<user_id:int>}:cart", (1, 6), "{<user_id:int>}:cart", "starts with `{` is a mapping in YAML", QUOTE + '`"{<user_id:int>}:cart"`'),
        ("key: {<a>}:b # why", (1, 6), "{<a>}:b", "starts with `{` is a mapping in YAML", QUOTE + '`"{<a>}:b"`'),
        ("key: a: b", (1, 7), ":", "this line has one already", QUOTE + '`"a: b"`'),
        ("key: é😀 x: b", (1, 10), ":", "this line has one already", QUOTE + '`"é😀 x: b"`'),
        ("key: @x", (1, 6), "@x", "cannot start with `@`", QUOTE + '`"@x"`'),
        ("key: %x", (1, 6), "%x", "cannot start with `%`", QUOTE + '`"%x"`'),
        ("key: `x", (1, 6), "`x", "cannot start with a backtick", QUOTE),
        ("key: *x:<id:int>", (1, 6), "*x:<id:int>", "starts with `*` is an alias", '`"*x:<id:int>"`'),
        ("key: *<id:int>", (1, 6), "*<id:int>", "`*` needs quotes", QUOTE + '`"*<id:int>"`'),
        ("key: &a x", (1, 6), "&a", "`&a` is a YAML anchor", "defaults:"),
        ("key: !!python/object:os.system x", (1, 6), "!!python/object:os.system", "is a YAML tag", "quotes"),
        ("a: 1\n<<: {b: 1}", (2, 1), "<<", "merge keys", "defaults:"),
        ("key: ]x", (1, 6), "]x", "cannot start with `]`", QUOTE),
        ("key: - x", (1, 6), "- x", "a list item cannot begin behind a key", QUOTE),
        ("key: ? x", (1, 6), "? x", "cannot start with `? `", QUOTE),
        ("key: >x", (1, 6), ">x", "`>` begins a block of text", QUOTE + '`">x"`'),
        ("a: 'it's'", (1, 4), "'it's'", "text follows its end", '`"it\'s"`'),
        ("a:\n\tb: 1", (2, 1), "\t", "a tab stands in the indentation", "two spaces"),
        ("a: 1\n  b: 2", (2, 3), "b", "`b` is indented under a line that has a value", "same indentation"),
        ("a:\n  b: 1\n c: 1", (3, 2), "c: 1", "fits no line above", "same indentation"),
        ("a:b\nc: 1", (1, 2), ":", "without a space after its colon", "write `a: b`"),
        ("a: 1\nbcd\nc: 1", (2, 1), "bcd", "`bcd` is no `key: value`", "add a colon"),
        ("a: 1\n- b", (2, 1), "-", "a list item stands among", "indent it"),
        ('a: "x\nb: 3', (1, 4), '"x', 'this quote (`"`) is never closed', "closing"),
        ("a: [1, 2\nb: 3", (1, 4), "[1, 2", "this bracket (`[`) is never closed", "closing `]`"),
        ("a: {b: 1", (1, 4), "{b: 1", "this brace (`{`) is never closed", "closing `}`"),
        ("a: [", (1, 4), "[", "this bracket (`[`) is never closed", "closing `]`"),
        ("a: [b,\n", (1, 4), "[b,", "this bracket (`[`) is never closed", "closing `]`"),
        ("a: {b: [], c:", (1, 4), "{b: [], c:", "this brace (`{`) is never closed", "closing `}`"),
        ("a: {for: 1h jitter: 5%}", (1, 19), ":", "a comma or the closing `}`", "quotes"),
        ('a: "\\q"', (1, 5), "\\q", "`\\q` is no escape", "single quotes"),
        ("a: {s: enum(x, y)}", (1, 8), "enum(x, y)", "a comma inside braces ends", "`enum(x | y)`"),
        ("a: [map<x, y>]", (1, 5), "map<x, y>", "a comma inside braces ends", 'quotes: `"map<x, y>"`'),
        ("a: {for:1h}", (1, 8), ":", "`for:1h` is one word", "`for: 1h`"),
        ("a: {k: c{<id:int>}, t: 1h}", (1, 8), "c{<id:int>}", "needs quotes", '`"c{<id:int>}"`'),
        ("? [a]\n: b", (1, 3), "[a]", "a sequence stands where a key", "quotes"),
        ("a: {'': b}", (1, 5), "",
            "a key is missing here", "name: value"),
        ("a: {: b}", (1, 5), ":", "a key is missing here", "name: value"),
        (": a", (1, 1), ":", "a key is missing here", "name: value"),
        ("%YAML 2.0\n---\na: 1", (1, 1), "%YAML 2.0", "is a YAML directive", "remove"),
        ("a: 1\n---\nb: 1", (2, 1), "---", "a second YAML document", "include:"),
        ("a: 1\n...\nb: 2", (3, 1), "b: 2", "follows the end of the YAML document", "remove"),
        ("", (1, 1), "", "the file is empty", "redisspec init"),
        ("# nothing\n", (1, 1), "", "the file is empty", "redisspec init"),
        ("---\n", (1, 1), "", "the file is empty", "redisspec init"),
        ("- a", (1, 1), "- a", "a spec is a mapping, and this is a sequence", "version: 1"),
        ("version:1", (1, 1), "version:1", "this is a scalar", "a space after each colon"),
        ("a: \x07", (1, 4), "\x07", "U+0007 is not allowed", "remove"),
        ("a: \udc80", (1, 4), "\udc80", "U+DC80 is not allowed", "remove"),
        ("a: " + "[" * 33, (1, 35), "[", "more than 32 levels deep", "brackets"),
    ],
)  # fmt: skip
def test_each_trap_has_its_own_words(text, place, marked, message, way):
    problems = said(text)
    assert len(problems) == 1, problems
    line, column, written, words, advice = problems[0]
    assert (line, column) == place
    assert written == marked
    assert message in words
    assert way in advice


MANY = """\
keyspaces:
  cart:
    key: @x
    ttl: *y
    key: a: b
  page:
    key: {<u:int>}:c
    doc: "abc
    x: [1, 2
    y: 1
"""


def test_all_mistakes_come_in_one_run_and_the_rest_is_read():
    source = SourceText("s.yaml", MANY)
    root, problems = parse_yaml(source)
    assert [one.span.line for one in problems] == [3, 4, 5, 5, 7, 8, 9]
    assert root is not None
    key = locate(root, ("keyspaces", "page", "key"))
    assert isinstance(key, ScalarNode)
    assert (key.text, key.broken) == ("{<u:int>}:c", True)
    assert to_data(locate(root, ("keyspaces", "page", "y"))) == 1
    assert problems[2].related[0].span.line == 3


def test_a_duplicate_as_it_is_shown():
    source = SourceText("s.yaml", "a: 1\nb: 2\na: 3\n")
    _, problems = parse_yaml(source)
    assert render(problems, {"s.yaml": source}) == (
        "s.yaml:3:1: RS001 [error] `a` stands twice in this mapping, first in line 1 (invalid-yaml)\n"
        "  |\n"
        "3 | a: 3\n"
        "  | ^\n"
        "  s.yaml:1:1: first here\n"
        "  |\n"
        "1 | a: 1\n"
        "  | ^\n"
        "  help: remove one of the two, or give it another name\n"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("k: on", "`on` is text here"),
        ("k: 1:30", "counts it in sixties"),
        ("k: 010", "octal"),
        ("k: >5", '`">5"`'),
        ("k: cart #1", '`"cart #1"`'),
        ("k: {<id:int>}", '`"{<id:int>}"`'),
        ("k: [a]", "is a sequence in YAML"),
    ],
)
def test_hints_for_values_of_the_wrong_type(text, words):
    node = tree(text).get("k")
    assert node is not None
    hint = trap(node)
    assert hint is not None
    assert words in hint


@pytest.mark.parametrize(
    "text", ["k: a", "k: 'on'", "k:\n  a: 1", "k: {a: 1,\n  b: 2}", "k: |\n  x #y"]
)
def test_no_hint_where_yaml_is_not_to_blame(text):
    node = tree(text).get("k")
    assert node is not None
    assert trap(node) is None


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{a: " * 100_000,
        "- " * 100_000,
        "? " * 100_000,
        "\n".join(" " * i + "a:" for i in range(2000)),
        "a: &a [x]\n" + "\n".join(f"b{i}: &b{i} [*a,*a,*a]" for i in range(300)),
        "a: 1\n" * 100_000,
        "\t" * 1_000_000,
        "abc \n" * 1_000_000,
        "a: !" + "t" * 1_000_000,
        "\n".join(f"k{i}: @x" for i in range(5_000)),
    ],
    ids=range(11),
)
@pytest.mark.timeout(20)
def test_bombs_end_in_a_diagnostic(text):
    _, problems = parse(text)
    assert problems
    assert len(problems) <= 1 + builder.MAX_PROBLEMS


def test_messages_repeat_no_more_than_a_line():
    for text in (
        "a: !" + "t" * 9_999,
        "a: *" + "t" * 9_999,
        "a: @" + "t" * 9_999,
        "t" * 9_999 + ": @",
    ):
        _, problems = parse(text)
        assert all(len(one.message) + len(one.help or "") < 400 for one in problems)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("around", ["{}", "[]"])
def test_brackets_that_never_close_take_linear_time(around):
    entries = (f"k{i}: enum(" if around == "{}" else "k(" for i in range(20_000))
    root, _ = parse(f"a: {around[0]}{','.join(entries)}{around[1]}")
    assert root is not None


def test_the_event_cap(monkeypatch):
    monkeypatch.setattr(builder, "MAX_EVENTS", 50)
    assert (
        "more than 50 YAML events"
        in said("a: 1\n" + "\n".join(f"k{i}: 1" for i in range(50)))[0][3]
    )


PIECES = st.sampled_from(
    ["{", "}", "[", "]", ":", ": ", ",", "-", "- ", "?", "&a", "*a", "!t", "|", ">", "'", '"', "#",
     " ", "  ", "\n", "\r\n", "\t", "\\", "%", "@", "<<", "a", "1", "é", "😀", "\x00", "\u2028",
     "---", "...", "enum(", ")", "<", "\ufeff", "\ud800", "\\x", "\\uD8", "|+2", "%YAML "]
)  # fmt: skip


def sound(text):
    """What always holds: no exception, places inside the text, something said when no tree."""
    source = SourceText("s.yaml", text)
    root, problems = parse_yaml(source)
    assert root is not None or problems
    for one in problems:
        for span in (one.span, *(related.span for related in one.related)):
            assert 1 <= span.line <= source.line_count
            assert 1 <= span.column <= len(source.line(span.line)) + 3
            assert (span.line, span.column) <= (span.end_line, span.end_column)
    render(problems, {"s.yaml": source})
    if root is not None:
        to_data(root)
        for _, value in getattr(root, "entries", []):
            trap(value)


@given(st.lists(PIECES, max_size=30).map("".join))
@example('a: "\\UFFFFFFFF"')
@example("%YAML 99999999999999999999.1\n---\na: 1")
def test_any_text_is_read_or_refused(text):
    sound(text)


@pytest.mark.usefixtures("loader")
def test_any_text_with_either_parser():
    @given(st.lists(PIECES, max_size=20).map("".join))
    def check(text):
        sound(text)

    check()


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data):
    source = decode_source("s.yaml", data)
    if isinstance(source, SourceText):
        sound(source.text)


@given(
    st.lists(
        st.tuples(st.integers(0, len(SPEC)), st.integers(0, 4), PIECES), min_size=1, max_size=4
    )
)
def test_mutated_specs_are_read_or_refused(edits):
    text = SPEC
    for at, cut, piece in edits:
        text = text[:at] + piece + text[at + cut :]
    sound(text)


# PyYAML's emitter folds NEL and the separators of Unicode wrongly.
# YAML 1.1 knows no float without a dot and no 0o17, so PyYAML leaves these texts unquoted.
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=8).filter(
    lambda text: not re.fullmatch(r"[-+]?(0o[0-7_]+|[0-9_.]+[eE][-+]?[0-9_]+)", text)
)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | TEXT,
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(TEXT.filter(bool), inner, max_size=3)
        ),
        max_leaves=12,
    ),
    st.sampled_from([True, False, None]),
)
def test_what_pyyaml_writes_is_read_back(data, flow):
    with contextlib.suppress(yaml.YAMLError):
        text = yaml.safe_dump({"k": data}, allow_unicode=True, default_flow_style=flow)
        root, problems = parse(text)
        if not problems:
            assert root is not None
            # PyYAML quotes by YAML 1.1, so that what it leaves plain means the same in 1.2.
            assert to_data(root) == {"k": data}
        else:
            assert any(sign in text for sign in "<&*!(:?\ufeff")
