"""Suppression comments: `# redisspec: ignore[RS201, missing-ttl] the nightly job prunes it`.

A comment at the end of a line covers that line. One on a line of its own covers the next line of
text and, where that line opens a declaration (a keyspace, say), the whole of it.
`ignore-file[…]` covers the file. Finding the comments is the business of each language's reader;
reading what they say is done here, the same for YAML, Python and Lua.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from redisspec.diagnostics.diagnostic import Diagnostic
from redisspec.source.nodes import MappingNode, Node, ScalarNode
from redisspec.source.problem import short
from redisspec.source.span import Span
from redisspec.source.text import SourceText


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment from its `marker` ("#", "--") at the offset `start` up to the offset `end`."""

    marker: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Suppression:
    """Findings that are accepted on some lines; `codes` are as written, codes or rule names.

    `span` is the comment, `code_spans` are the codes in it, one each; `reason` is "" when the
    comment gives none. `lines` counts from 1.
    """

    codes: tuple[str, ...]
    reason: str
    span: Span
    lines: range
    whole_file: bool
    code_spans: tuple[Span, ...]

    def covers(self, code: str, name: str, line: int) -> bool:
        """Whether a finding of the rule `code`, called `name`, in this line is accepted."""
        return line in self.lines and any(
            given.upper() == code or given.lower() == name for given in self.codes
        )


_DIRECTIVE = re.compile(r"[ \t]*redisspec[ \t]*:[ \t]*(?P<rest>.*)", re.IGNORECASE)
_IGNORE = re.compile(
    r"(?P<verb>ignore|ignore-file)[ \t]*\[(?P<codes>[^\]]*)\][ \t]*(?:[-:,][ \t]*)?(?P<reason>.*)"
)
_CODE = re.compile(r"[^,\s](?:[^,]*[^,\s])?")
_VALID_CODE = re.compile(r"RS[0-9]{3}|[a-z][a-z0-9]*(?:-[a-z0-9]+)+|[a-z]+", re.IGNORECASE)
_IN_YAML = re.compile(r"(?m)(?:^|(?<=[ \t]))#[^\r\n]*")
_WORD = re.compile(r"redisspec", re.IGNORECASE)

_FORM = "write `redisspec: ignore[RS201] reason` or `redisspec: ignore-file[RS201] reason`"


def find_suppressions(
    source: SourceText, root: Node | None
) -> tuple[list[Suppression], list[Diagnostic]]:
    """The suppressions of a spec, and an RS004 warning for each comment that fails to be one.

    `root` is the file's tree, by which a `#` inside of a text is told from a comment; without
    one, texts in quotes are searched too.
    """
    if _WORD.search(source.text) is None:
        return [], []
    texts = _text_ranges(root)
    comments = [
        Comment("#", match.start(), match.end())
        for match in _IN_YAML.finditer(source.text)
        if _WORD.search(match.group()) and not _inside(match.start(), texts)
    ]
    ends = _declaration_ends(root) if comments else {}
    return read_suppressions(source, comments, lambda line: ends.get(line, line))


def read_suppressions(
    source: SourceText, comments: Iterable[Comment], declaration_end: Callable[[int], int]
) -> tuple[list[Suppression], list[Diagnostic]]:
    """What a file's comments suppress, and an RS004 warning for each that is malformed.

    `declaration_end` gives, for a line, the last line of the declaration that begins in it.
    """
    found: list[Suppression] = []
    problems: list[Diagnostic] = []
    next_text = _NextText(source)
    for comment in comments:
        body_start = comment.start + len(comment.marker)
        directive = _DIRECTIVE.match(source.text, body_start, comment.end)
        if directive is None:
            continue
        rest = directive.group("rest").rstrip()
        span = source.span(comment.start, directive.start("rest") + len(rest))
        ignore = _IGNORE.fullmatch(rest)
        if ignore is None:
            problems.append(_malformed(span, f"`{short(rest)}` is no suppression", _FORM))
            continue
        codes_at = directive.start("rest") + ignore.start("codes")
        codes = list(_CODE.finditer(ignore.group("codes")))
        spans = tuple(source.span(codes_at + code.start(), codes_at + code.end()) for code in codes)
        wrong = [
            (code.group(), where)
            for code, where in zip(codes, spans, strict=True)
            if not _VALID_CODE.fullmatch(code.group())
        ]
        if not codes:
            problems.append(
                _malformed(span, "this suppression names no rule, so it suppresses nothing", _FORM)
            )
        for written, where in wrong:
            problems.append(
                _malformed(
                    where,
                    f"`{short(written)}` is neither a rule's code nor its name",
                    "separate codes with commas: `ignore[RS101, RS201]`",
                )
            )
        if not codes or wrong:
            continue
        whole_file = ignore.group("verb") == "ignore-file"
        found.append(
            Suppression(
                tuple(code.group() for code in codes),
                ignore.group("reason").strip(),
                span,
                range(1, source.line_count + 1)
                if whole_file
                else _covered(source, comment, span.line, next_text, declaration_end),
                whole_file,
                spans,
            )
        )
    return found, problems


def _covered(
    source: SourceText,
    comment: Comment,
    line: int,
    next_text: "_NextText",
    declaration_end: Callable[[int], int],
) -> range:
    before = source.text[source.line_starts[line - 1] : comment.start]
    following = line if before.strip() else next_text(line, comment.marker)
    if following == line:
        return range(line, line + 1)
    return range(following, max(following, declaration_end(following)) + 1)


class _NextText:
    """The next line of text after a comment; the search is shared by comments one below another."""

    def __init__(self, source: SourceText) -> None:
        self._source = source
        self._searched = range(0)
        self._found = 0

    def __call__(self, line: int, marker: str) -> int:
        """Its number, or `line` itself when only comments and blank lines follow."""
        if line not in self._searched:
            following = line + 1
            while following <= self._source.line_count:
                text = self._source.line(following).strip()
                if text and not text.startswith(marker):
                    break
                following += 1
            self._found = following
            self._searched = range(line, following)
        return self._found if self._found <= self._source.line_count else line


def _malformed(span: Span, message: str, way: str) -> Diagnostic:
    return Diagnostic("RS004", "unused-suppression", message, "warning", span, way)


def _text_ranges(root: Node | None) -> list[tuple[int, int]]:
    """The offsets between which quoted and block texts stand, in order."""
    ranges: list[tuple[int, int]] = []
    for node in _walk(root):
        if isinstance(node, ScalarNode) and node.style != "plain":
            start = node.start
            if node.style in ("literal", "folded"):
                # A comment may follow the `|` that begins the block.
                line, _ = node.source.position(start)
                start += len(node.source.line(line)) - (start - node.source.line_starts[line - 1])
            ranges.append((start, node.end))
    return sorted(ranges)


def _inside(offset: int, ranges: list[tuple[int, int]]) -> bool:
    at = bisect_right(ranges, offset, key=lambda both: both[0]) - 1
    return at >= 0 and offset < ranges[at][1]


def _walk(root: Node | None) -> Iterable[Node]:
    pending: list[Node] = [] if root is None else [root]
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, MappingNode):
            for key, value in node.entries:
                pending += (key, value)
        elif not isinstance(node, ScalarNode):
            pending += node.items


def _declaration_ends(root: Node | None) -> dict[int, int]:
    """For each line in which an entry below a section begins, the line in which it ends."""
    ends: dict[int, int] = {}
    if not isinstance(root, MappingNode):
        return ends
    for _, section in root.entries:
        for node in _walk(section):
            if not isinstance(node, MappingNode) or node.flow:
                continue
            for key, value in node.entries:
                ends[key.span.line] = value.span.end_line
    return ends
