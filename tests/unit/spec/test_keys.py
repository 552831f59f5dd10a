"""Keys as the spec writes them: what parses, and each mistake with its place and its way out."""

import keyword
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from redisspec.ir.keypattern import KeyPattern, Literal, Parameter, ParameterType
from redisspec.spec.keys import parse_key

INT = ParameterType("int")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("countries", (Literal("shop:countries"),)),
        ("<id:int>", (Literal("shop:"), Parameter("id", INT))),
        (
            "cart:{<user_id:int>}",
            (Literal("shop:cart:{"), Parameter("user_id", INT), Literal("}")),
        ),
        ("{a}b", (Literal("shop:{a}b"),)),
        ("a::b", (Literal("shop:a::b"),)),
        (r"a\<b\>\\c", (Literal("shop:a<b>\\c"),)),
        (r"a\{b", (Literal("shop:a{b"),)),
        (r"{x}\{y\}", (Literal("shop:{x}{y}"),)),
        (r"a\}b", (Literal("shop:a}b"),)),
        (r"a\{\}b", (Literal("shop:a{}b"),)),
        ("glob*?[x]^", (Literal("shop:glob*?[x]^"),)),
        (
            "<kind:enum(a | b)>-<sum:hex(16)>",
            (
                Literal("shop:"),
                Parameter("kind", ParameterType("enum", ("a", "b"))),
                Literal("-"),
                Parameter("sum", ParameterType("hex", length=16)),
            ),
        ),
        ("shopping", (Literal("shop:shopping"),)),
    ],
)
def test_parses(text, parts):
    pattern = parse_key(text, "shop")
    assert isinstance(pattern, KeyPattern)
    assert pattern.parts == parts


@pytest.mark.parametrize(
    "name",
    ["int", "uuid", "slug", "str", "date", "month", "isoweek", "hour", "encoded"],
)
def test_has_the_types_of_the_language(name):
    pattern = parse_key(f"a:<x:{name}>", "shop")
    assert isinstance(pattern, KeyPattern)
    assert pattern.parameters == (Parameter("x", ParameterType(name)),)


@pytest.mark.parametrize(
    ("text", "marked", "message", "way_out"),
    [
        ("", "", "empty", "cart"),
        ("cart:{<user_id:int}:x", "<", "`<` is not closed", ">"),
        ("a<b", "<", "`<` is not closed", r"\<"),
        ("cart:{<user_id:int>", "{", "`{` is not closed", r"\{"),
        ("<a:int>>", ">", "closes no `<`", r"\>"),
        ("a}b", "}", "closes no `{`", r"\}"),
        ("<user_id>", "<user_id>", "no type", "`<user_id:int>`"),
        ("<day>", "<day>", "no type", "`<day:date>`"),
        ("<a:>", ":>", "no type", "isoweek"),
        ("<>", "<>", "no name", "<user_id:int>"),
        ("<:int>", "<:int>", "no name", "<user_id:int>"),
        ("<userId:int>", "userId", "lower-case", "`user_id`"),
        ("<9a:int>", "9a", "lower-case", "`p_9a`"),
        (f"<{'a' * 64}:int>", "a" * 64, "at most 63", "a" * 60),
        ("<class:int>", "class", "word of Python's", "class_id"),
        ("<self:int>", "self", "word of Python's", "self_id"),
        ("<a:integer>", "integer", "no type of a parameter", "`int`"),
        ("<a:dat>", "dat", "no type of a parameter", "`date`"),
        ("<a:INT>", "INT", "no type of a parameter", "`int`"),
        ("<a:zzz>", "zzz", "no type of a parameter", "uuid slug"),
        ("<a: int>", " int", "spaces", "drop them"),
        ("<a:hex>", "hex", "no type of a parameter", "hex(16)"),
        ("<a:hex(0)>", "hex(0)", "from 1 to 256", "hex(16)"),
        ("<a:hex(257)>", "hex(257)", "from 1 to 256", "hex(16)"),
        ("<a:hex(x)>", "hex(x)", "from 1 to 256", "hex(16)"),
        ("<a:enum>", "enum", "no type of a parameter", "enum(a | b)"),
        ("<a:enum(a | b>", "enum(a | b", "not closed", "enum(a | b)"),
        ("<a:enum()>", "()", "empty member", "enum(a | b)"),
        ("<a:enum(a, b)>", "a, b", "between `|`", "enum(a | b)"),
        ("<a:enum(a | a)>", "a", "twice", "once"),
        ("<a:enum(a:b)>", "a:b", "member", "`:`"),
        ("<a:int>:<a:int>", "a", "stands twice", "name of its own"),
        ("<a:int><b:int>", "<", "side by side", ":"),
        ("a{}b", "{}", "empty hash tag", "between the braces"),
        ("{a{b}}", "{", "holds no other", "one pair"),
        ("{a}{b}", "{", "one hash tag", r"\{"),
        ("a b", " ", "a space", "`_`"),
        ("é:x", "é", "printable ASCII", "encoded"),
        ("a\x01b", "\x01", "control characters", "printable ASCII"),
        ("shop:x", "shop:", "namespace `shop:` already", "leave it out"),
        ("x" * 508, "x" * 508, "512 bytes", "shorten"),
        ("<a:hex(255)>-<b:hex(255)>", "<a:hex(255)>-<b:hex(255)>", "512 bytes", "shorten"),
        (r"\{<a:int>\}", r"\{", "hash tag all the same", "without"),
        (r"{a\}b}", r"\}", "another hash tag", "first `{`"),
        (r"\{{x}", r"\{", "another hash tag", "first `{`"),
        (r"\{\}{x}", r"\{", "another hash tag", "first `{`"),
        (r"a\q", "\\", "escapes", r"\\"),
        ("a\\", "\\", "escapes", r"\\"),
    ],
)
def test_each_mistake_has_a_place_and_a_way_out(text, marked, message, way_out):
    found = parse_key(text, "shop")
    assert isinstance(found, list)
    (mistake,) = found
    assert text[mistake.start : mistake.end] == marked
    assert message in mistake.message
    assert way_out in (mistake.help or "")
    assert not mistake.message.endswith(".")


def test_tells_all_mistakes_in_order():
    found = parse_key("<A:int> <b:foo>:{}:<b:int>", "shop")
    assert isinstance(found, list)
    assert [mistake.start for mistake in found] == [1, 7, 11, 16, 20]


@given(st.text(st.sampled_from("ab1:<>{}\\ é|(),enumhxit\x00\ud800*")))
@example("<a:enum(|)>")
@example("{<>}\\{")
def test_noise_never_raises(text):
    found = parse_key(text, "a")
    if isinstance(found, list):
        assert found
        for mistake in found:
            assert 0 <= mistake.start <= mistake.end <= len(text)
            assert mistake.message.isprintable()
            assert (mistake.help or "").isprintable()
    else:
        again = parse_key(found.text.removeprefix("a:"), "a")
        assert isinstance(again, KeyPattern)
        assert again.parts == found.parts


NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True).filter(
    lambda name: not keyword.iskeyword(name) and name != "self"
)
KINDS = st.one_of(
    st.sampled_from(
        ["int", "uuid", "slug", "str", "encoded", "date", "month", "isoweek", "hour"]
    ).map(ParameterType),
    st.integers(1, 64).map(lambda length: ParameterType("hex", length=length)),
    st.lists(st.from_regex(r"[A-Za-z0-9_.-]{1,5}", fullmatch=True), min_size=1, unique=True).map(
        lambda members: ParameterType("enum", tuple(members))
    ),
)


@given(
    st.lists(
        st.tuples(
            st.text("ab:.<>\\-#", min_size=1, max_size=6),
            KINDS,
        ),
        max_size=4,
    ),
    st.text("ab:<>\\", max_size=4),
    st.lists(NAMES, min_size=4, max_size=4, unique=True),
    st.booleans(),
)
def test_round_trip(middle, last, names, tagged):
    parts = [Literal("n:x")]
    for (text, kind), name in zip(middle, names, strict=False):
        parts += [Literal(text + "{" if tagged else text), Parameter(name, kind)]
        if tagged:
            parts.append(Literal("}"))
        tagged = False
    parts.append(Literal(last))
    pattern = KeyPattern(tuple(parts))
    parsed = parse_key(pattern.text.removeprefix("n:"), "n")
    assert isinstance(parsed, KeyPattern), parsed
    assert parsed.text == pattern.text
    assert parsed.parameters == pattern.parameters
    assert parsed.tag == pattern.tag
    assert parsed.segments() == pattern.segments()


def test_thousands_of_keys_are_cheap():
    start = time.process_time()
    for number in range(5_000):
        parse_key(f"thing{number}:{{<user_id:int>}}:<day:date>", "shop")
    # about 60 ms on an idle machine
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    "text", ["<" * 50_000, "{" * 50_000, "\\" * 50_000, "<a:enum(" + "|" * 50_000]
)
def test_long_noise_ends_quickly(text):
    start = time.process_time()
    assert isinstance(parse_key(text, "shop"), list)
    assert time.process_time() - start < 5
