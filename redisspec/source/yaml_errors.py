"""What libyaml's errors mean, in the words of someone who writes a spec."""

import re
from collections.abc import Callable
from typing import NamedTuple

import yaml

from redisspec.source.problem import short


class Fault(NamedTuple):
    """One syntax error: a range of offsets, the words, and a value to read as text instead.

    `mend` is the range of a value that stands in one line and is all that is wrong; when it is
    taken for a plain text, the rest of the file can be read.
    """

    start: int
    end: int
    message: str
    help: str | None = None
    mend: tuple[int, int] | None = None


_BREAK = "\r\n"
_ENTRY = re.compile(
    r"""(?P<lead>[ ]*(?:-[ ]+)*(?:(?:"[^"\r\n]*"|'[^'\r\n]*'|[^\s:#"'{\[][^:#\r\n]*?)[ ]*:[ \t]+|(?<=-[ ])))"""
    r"""(?P<value>[^\s#][^\r\n]*?)[ \t]*(?:[ \t]#[^\r\n]*)?(?=[\r\n]|\Z)"""
)
_GLUED = re.compile(r"\s*(?:- +)*([\w-]+):(?=[^\s:])")


def explain(text: str, error: yaml.MarkedYAMLError) -> Fault:
    """The fault behind an error of libyaml or of PyYAML's own parser."""
    problem = error.problem or ""
    context = error.context or ""
    at = error.problem_mark.index if error.problem_mark is not None else 0
    at = min(at, len(text))
    begin = error.context_mark.index if error.context_mark is not None else at
    where = _Where(text, at, begin)
    for in_problem, in_context, describe in _KNOWN:
        if in_problem.search(problem) and in_context.search(context):
            return describe(where)
    return Fault(at, at + 1, f"YAML cannot be read here: {problem or error}")


def _line_start(text: str, at: int) -> int:
    return max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1


def _line_end(text: str, at: int) -> int:
    ends = [end for end in (text.find(mark, at) for mark in _BREAK) if end >= 0]
    return min(ends, default=len(text))


def _value_around(text: str, at: int) -> tuple[int, int] | None:
    """The range of the value of the `key: value` or `- value` line in which an offset stands."""
    match = _ENTRY.match(text, _line_start(text, at))
    if match is None:
        return None
    start, end = match.span("value")
    return (start, end) if start <= at <= end else None


def without_quotes(value: str) -> str:
    """A value that is not well quoted, without the quotes around it or the one that it opens with."""
    sign = value[:1]
    if sign not in ("'", '"'):
        return value
    if len(value) > 1 and value.endswith(sign):
        return value[1:-1]
    return value[1:] if value.count(sign) == 1 else value


def _quoted(value: str) -> str:
    """A value in quotes, ready to be pasted; quotes that were too few or too many go."""
    value = short(without_quotes(value))
    if '"' in value or "\\" in value:
        return "'" + value.replace("'", "''") + "'"
    return f'"{value}"'


def _needs_quotes(text: str, at: int, message: str, start: int | None = None) -> Fault:
    """The value around an offset, to be put in quotes."""
    value = _value_around(text, at)
    if value is None:
        return Fault(at, at + 1, message, "put the text in quotes")
    written = text[value[0] : value[1]]
    first = at if start is None else start
    return Fault(
        first,
        max(first + 1, value[1]),
        message,
        f"put the whole value in quotes: `{_quoted(written)}`",
        value,
    )


def _tab(text: str, at: int) -> Fault:
    end = at
    while end < len(text) and text[end] == "\t":
        end += 1
    return Fault(
        at,
        max(end, at + 1),
        "a tab stands in the indentation, and YAML indents with spaces",
        "replace each tab by two spaces",
    )


def _second_colon(text: str, at: int) -> Fault:
    value = _value_around(text, at)
    if value is not None:
        written = text[value[0] : value[1]]
        opens_block = written.endswith(":")
        return Fault(
            at,
            at + 1,
            "a colon with a space after it begins a value, and this line has one already",
            f"put the whole value in quotes: `{_quoted(written)}`"
            if not opens_block
            else f"remove one of the two keys, or put `{short(written)}` on a line of its own",
            None if opens_block else value,
        )
    above = _line_above(text, at)
    if above is not None:
        start, end = above
        glued = _GLUED.match(text, start, end)
        if glued is not None:
            colon = glued.end() - 1
            return Fault(
                colon,
                colon + 1,
                f"without a space after its colon, `{short(text[glued.start(1) : end].strip())}` "
                "is one word to YAML",
                f"write `{glued.group(1)}: {short(text[colon + 1 : end].strip())}`",
            )
        start_of_key = _first_word(text, at)
        return Fault(
            start_of_key,
            at,
            f"`{short(text[start_of_key:at].strip())}` is indented under a line that has a value already",
            "give both lines the same indentation, or remove the value above",
        )
    return Fault(at, at + 1, "a colon is not expected here", "put the text in quotes")


def _first_word(text: str, at: int) -> int:
    start = _line_start(text, at)
    while start < at and text[start] in " -":
        start += 1
    return start


def _line_above(text: str, at: int) -> tuple[int, int] | None:
    """The range of the nearest line above that is neither blank nor a comment."""
    start = _line_start(text, at)
    while start > 0:
        end = start - 1
        start = _line_start(text, end)
        line = text[start:end].strip()
        if line and not line.startswith("#"):
            return start, start + len(text[start:end].rstrip())
    return None


def _no_entry(text: str, begin: int) -> Fault:
    end = begin + len(text[begin : _line_end(text, begin)].rstrip())
    written = text[begin:end]
    glued = _GLUED.match(written)
    if glued is not None:
        rest = written[glued.end() :]
        return Fault(
            begin + glued.end() - 1,
            begin + glued.end(),
            f"without a space after its colon, `{short(written)}` is one word to YAML",
            f"write `{glued.group(1)}: {short(rest)}`",
        )
    if written[:1] in "\"'" and written.count(written[:1]) == 1:
        return _unclosed(text, begin, "quote")
    return Fault(
        begin,
        max(end, begin + 1),
        f"`{short(written)}` is no `key: value`",
        "add a colon, a space and the value; indent what continues the line above",
    )


def _unclosed(text: str, begin: int, what: str) -> Fault:
    sign = text[begin : begin + 1]
    end = _line_end(text, begin)
    value = _value_around(text, begin)
    alone = value is not None and value[0] == begin and _entry_follows(text, begin)
    closing = {"{": "}", "[": "]"}.get(sign, sign)
    return Fault(
        begin,
        max(begin + 1, value[1] if alone and value is not None else end),
        f"this {what} (`{sign}`) is never closed",
        f"add the closing `{closing}`",
        value if alone else None,
    )


def _entry_follows(text: str, at: int) -> bool:
    """Whether the line below begins the next entry: indented no deeper, with a key of its own."""
    indent = len(text[_line_start(text, at) :]) - len(text[_line_start(text, at) :].lstrip(" "))
    below = re.compile(r"(?:[^\r\n]*)(?:\r\n|\r|\n|\Z)(?P<indent> *)(?P<key>[\w-]+:(?:\s|\Z)|\Z)")
    match = below.match(text, at)
    return match is not None and len(match.group("indent")) <= indent


def _flow_text(text: str, begin: int) -> Fault:
    """A text inside braces or brackets that holds braces itself: `{key: cart:{<id:int>}}`."""
    depth = 0
    end = begin
    while end < len(text) and text[end] not in _BREAK:
        if text[end] in "{[":
            depth += 1
        elif text[end] in "}]":
            if depth == 0:
                break
            depth -= 1
        elif text[end] == "," and depth == 0:
            break
        end += 1
    end = begin + len(text[begin:end].rstrip())
    written = text[begin:end]
    return Fault(
        begin,
        max(end, begin + 1),
        "inside braces or brackets, a text that holds a brace or bracket needs quotes",
        f"put it in quotes: `{_quoted(written)}`",
        (begin, end) if end > begin and depth == 0 else None,
    )


def _flow_break(text: str, begin: int, at: int) -> Fault:
    """Something in braces or brackets that is neither a comma nor their end."""
    sign = text[begin : begin + 1]
    if at >= len(text) or _line_start(text, at) != _line_start(text, begin):
        return _unclosed(text, begin, "brace" if sign == "{" else "bracket")
    if text[at] in "{[":
        word = at
        while word > begin + 1 and text[word - 1] not in " ,{[\t":
            word -= 1
        return _flow_text(text, word)
    return Fault(
        at,
        at + 1,
        f"a comma or the closing `{'}' if sign == '{' else ']'}` is expected here",
        "separate entries with `, `; a text that holds `: ` needs quotes",
    )


def _escape(text: str, at: int) -> Fault:
    # libyaml points at the backslash or behind its letter, PyYAML behind the backslash.
    backslash = text.rfind("\\", max(0, at - 4), at + 1)
    start = backslash if backslash >= 0 else at
    end = min(len(text), start + 2)
    message = f"`{text[start:end]}` is no escape that YAML has in double quotes"
    if text[start + 1 : end] in ("x", "u", "U"):
        while end < len(text) and text[end] in "0123456789abcdefABCDEF" and end < start + 10:
            end += 1
        message = f"`{text[start:end]}` names no character"
    return Fault(
        start,
        end,
        message,
        "write the text in single quotes, where a backslash is a backslash, or double it",
        _value_around(text, start),
    )


def _block_break(text: str, at: int) -> Fault:
    """A block that ends where another entry or item was expected."""
    start = _line_start(text, at)
    before = text[start:at].strip(" -")
    if before:
        value = _value_around(text, start + len(text[start:at]) - 1) or _value_around(text, at)
        if value is not None and text[value[0]] in "{[\"'*":
            written = text[value[0] : value[1]]
            sign = written[0]
            what = {"{": "a mapping", "[": "a list", "*": "an alias"}.get(sign, "a quoted text")
            return Fault(
                *value,
                f"a value that starts with `{sign}` is {what} in YAML, and text follows its end",
                f"put the whole value in quotes: `{_quoted(written)}`",
                value,
            )
        return Fault(at, _line_end(text, at), "this text follows a value that has ended already")
    if text[at : at + 1] == "-":
        return Fault(
            at,
            at + 1,
            "a list item stands among `key: value` lines",
            "indent it under the key that it belongs to",
        )
    if text[at : at + 1] == ":":
        return Fault(at, at + 1, "a key is missing here", "write `name: value`")
    end = at + len(text[at : _line_end(text, at)].rstrip())
    return Fault(
        at,
        max(end, at + 1),
        "the indentation of this line fits no line above it",
        "give it the same indentation as the entries that it belongs to",
    )


class _Where(NamedTuple):
    """The text, the offset of the problem and the offset of the construct that it is in."""

    text: str
    at: int
    begin: int


def _bad_start(where: _Where) -> Fault:
    sign = where.text[where.at : where.at + 1]
    opened = _open_at_the_end(where.text) if not where.text[where.at :].strip() else None
    if opened is not None:
        what = "bracket" if where.text[opened] == "[" else "brace"
        return _unclosed(where.text, opened, what)
    if sign == "\t":
        return _tab(where.text, where.at)
    if sign == ":":
        return Fault(where.at, where.at + 1, "a key is missing here", "write `name: value`")
    named = "a backtick" if sign == "`" else f"`{sign}`"
    return _needs_quotes(where.text, where.at, f"a value cannot start with {named} in YAML")


def _open_at_the_end(text: str) -> int | None:
    """Where the innermost brace or bracket stands that the text ends in."""
    opened: list[int] = []
    try:
        for token in yaml.scan(text):
            if isinstance(token, yaml.FlowSequenceStartToken | yaml.FlowMappingStartToken):
                opened.append(token.start_mark.index)
            elif isinstance(token, yaml.FlowSequenceEndToken | yaml.FlowMappingEndToken) and opened:
                opened.pop()
    except yaml.YAMLError:
        # Something else is wrong before the end.
        return None
    return opened[-1] if opened else None


def _bad_reference(where: _Where) -> Fault:
    sign = where.text[where.begin : where.begin + 1]
    return _needs_quotes(where.text, where.begin, f"a text that starts with `{sign}` needs quotes")


def _bad_block_header(where: _Where) -> Fault:
    sign = where.text[where.begin : where.begin + 1]
    return _needs_quotes(
        where.text,
        where.begin,
        f"`{sign}` begins a block of text on the lines below, so nothing may follow it here",
    )


def _directive(where: _Where) -> Fault:
    at = where.at if where.at < len(where.text) else where.begin
    start = _line_start(where.text, at)
    return Fault(
        start,
        _line_end(where.text, start),
        "a line that starts with `%` is a YAML directive, and a spec has none",
        "remove the line",
    )


def _after_document(where: _Where) -> Fault:
    return Fault(
        where.at,
        _line_end(where.text, where.at),
        "text follows the end of the YAML document (`...`)",
        "a spec is one document: remove what ends it",
    )


_ANY = re.compile("")

# The first row whose two patterns are found in the error's problem and context describes it.
_KNOWN: tuple[tuple[re.Pattern[str], re.Pattern[str], Callable[[_Where], Fault]], ...] = (
    (re.compile("tab character"), _ANY, lambda where: _tab(where.text, where.at)),
    (re.compile("cannot start any token|node content"), _ANY, _bad_start),
    (
        re.compile("mapping values are not allowed"),
        _ANY,
        lambda where: _second_colon(where.text, where.at),
    ),
    (
        re.compile("could not find expected ':'"),
        _ANY,
        lambda where: _no_entry(where.text, where.begin),
    ),
    (re.compile("unexpected ':'"), _ANY, lambda where: _flow_text(where.text, where.begin)),
    (
        re.compile("end of stream|document separator"),
        re.compile("scalar"),
        lambda where: _unclosed(where.text, where.begin, "quote"),
    ),
    (
        re.compile("expected ',' or"),
        _ANY,
        lambda where: _flow_break(where.text, where.begin, where.at),
    ),
    (
        re.compile("escape|hexdecimal|hexadecimal"),
        re.compile("scalar"),
        lambda where: _escape(where.text, where.at),
    ),
    (
        re.compile("sequence entries are not allowed"),
        _ANY,
        lambda where: _needs_quotes(
            where.text, where.at, "a list item cannot begin behind a key, in its line"
        ),
    ),
    (
        re.compile("mapping keys are not allowed"),
        _ANY,
        lambda where: _needs_quotes(where.text, where.at, "a value cannot start with `? ` in YAML"),
    ),
    (_ANY, re.compile("block scalar"), _bad_block_header),
    (_ANY, re.compile("anchor|alias"), _bad_reference),
    (
        _ANY,
        re.compile(r"\btag\b"),
        lambda where: _needs_quotes(
            where.text, where.begin, "`!` begins a YAML tag, and a spec has none"
        ),
    ),
    (
        re.compile(r"\btag\b"),
        _ANY,
        lambda where: _needs_quotes(
            where.text, where.at, "`!` begins a YAML tag, and a spec has none"
        ),
    ),
    (re.compile("directive|incompatible"), _ANY, _directive),
    (_ANY, re.compile("directive"), _directive),
    (re.compile("document start"), _ANY, _after_document),
    (_ANY, re.compile("block"), lambda where: _block_break(where.text, where.at)),
)
