"""Takes out the findings that a comment suppresses, and finds comments that do not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from redisspec.diagnostics.diagnostic import Diagnostic, Edit, Fix
from redisspec.diagnostics.suggest import nearest
from redisspec.lint.rules import RULES, rule_called
from redisspec.lint.rules.unused_suppression import RULE as UNUSED
from redisspec.lint.wording import names
from redisspec.source.comments import find_suppressions, read_suppressions
from redisspec.source.generated import is_generated
from redisspec.source.nodes import MappingNode
from redisspec.source.yaml import parse_yaml

if TYPE_CHECKING:
    from redisspec.lint.rule import Rule
    from redisspec.readers.lua.script import LuaScript
    from redisspec.readers.python.files import PyFile
    from redisspec.source.comments import Suppression
    from redisspec.source.nodes import Node
    from redisspec.source.text import SourceText

_CODES = re.compile(r"\[[^\]]*\]")
_MARK = "redisspec"
_UNREADABLE = ("RS001", "RS002")


def suppress(
    found: Sequence[Diagnostic],
    sources: Mapping[str, SourceText],
    judged: Callable[[Rule], bool],
) -> list[Diagnostic]:
    """The findings that no comment suppresses, and an RS004 for each comment that is idle.

    `judged` says whether a rule ran, so that its silence means something. What stands in a
    declaration that could not be read has been seen by no rule: no comment there is idle.
    """
    suppressions: list[Suppression] = []
    malformed: list[Diagnostic] = []
    unread: dict[str, list[range]] = {}
    for source in sources.values():
        if _MARK not in source.text.lower() or source.path.endswith((".lua", ".py")):
            continue
        root, _ = parse_yaml(source)
        listed, problems = find_suppressions(source, root)
        suppressions += listed
        malformed += problems
        unread[source.path] = _unread(source, root, found)
    return _judge(found, suppressions, malformed, sources, judged, unread)


def suppress_in_lua(
    found: Sequence[Diagnostic], script: LuaScript, judged: Callable[[Rule], bool]
) -> list[Diagnostic]:
    """The same for a script: `-- redisspec: ignore[zero-truthy] reason`."""
    from redisspec.readers.lua.comments import (  # noqa: PLC0415 - a spec needs no Lua
        comments_of,
        statement_end,
    )

    source = script.source
    # What a script is generated with is said of its declarations, and need not hold of each of its steps.
    generated = is_generated(source.text)
    suppressions, malformed = read_suppressions(
        source, comments_of(script.chunk, source), lambda line: statement_end(script.chunk, line)
    )
    return _judge(
        found,
        suppressions,
        malformed,
        {source.path: source},
        lambda rule: judged(rule) and not (generated and rule is UNUSED),
        {},
    )


Comments: TypeAlias = "tuple[list[Suppression], list[Diagnostic]]"
"""What a file's comments suppress, and those that fail to."""


def comments_in_python(file: PyFile) -> Comments:
    """The suppressions of a Python file: `# redisspec: ignore[missing-ttl] reason`."""
    from redisspec.readers.python.comments import (  # noqa: PLC0415 - a spec needs no Python
        comments_of,
        statement_ends,
    )

    return read_suppressions(file.source, comments_of(file.source), statement_ends(file.tree))


def suppress_by(
    found: Sequence[Diagnostic],
    comments: Comments,
    source: SourceText,
    judged: Callable[[Rule], bool],
) -> list[Diagnostic]:
    """The findings in a file that none of its comments suppresses, and those about idle comments."""
    suppressions, malformed = comments
    return _judge(found, suppressions, malformed, {source.path: source}, judged, {})


def _judge(
    found: Sequence[Diagnostic],
    suppressions: Sequence[Suppression],
    malformed: Sequence[Diagnostic],
    sources: Mapping[str, SourceText],
    judged: Callable[[Rule], bool],
    unread: Mapping[str, Sequence[range]],
) -> list[Diagnostic]:
    used: set[tuple[int, str]] = set()
    kept = [one for one in found if not _covered(one, suppressions, used)]
    if judged(UNUSED):
        kept += malformed
        kept += _idle(suppressions, sources, judged, used, unread)
    return kept


def _unread(source: SourceText, root: Node | None, found: Sequence[Diagnostic]) -> list[range]:
    """The lines that no rule has judged: those of a mistake, and of the declaration around it."""
    lines = [
        one.span.line for one in found if one.span.file == source.path and one.code in _UNREADABLE
    ]
    entries = _entries(root) if lines else []
    return [
        around
        for line in lines
        for around in (range(line, line + 1), *(entry for entry in entries if line in entry))
    ]


def _entries(root: Node | None) -> list[range]:
    """The lines of each entry of each section: of a keyspace, a policy, a record."""
    if not isinstance(root, MappingNode):
        return []
    return [
        range(name.span.line, max(name.span.line, value.span.end_line) + 1)
        for _, section in root.entries
        if isinstance(section, MappingNode)
        for name, value in section.entries
    ]


def _overlap(lines: range, others: Iterable[range]) -> bool:
    return any(lines.start < other.stop and other.start < lines.stop for other in others)


def _covered(
    diagnostic: Diagnostic, suppressions: Sequence[Suppression], used: set[tuple[int, str]]
) -> bool:
    """Whether a comment covers the finding; the first that does is marked as used."""
    rule = rule_called(diagnostic.code)
    if rule is None or rule.always:
        return False
    for number, suppression in enumerate(suppressions):
        if (
            suppression.span.file != diagnostic.span.file
            or diagnostic.span.line not in suppression.lines
        ):
            continue
        for word in suppression.codes:
            if rule_called(word) is rule:
                used.add((number, word))
                return True
    return False


def _idle(
    suppressions: Sequence[Suppression],
    sources: Mapping[str, SourceText],
    judged: Callable[[Rule], bool],
    used: set[tuple[int, str]],
    unread: Mapping[str, Sequence[range]],
) -> Iterator[Diagnostic]:
    """One finding a comment with codes that suppress nothing."""
    for number, suppression in enumerate(suppressions):
        unknown = [word for word in suppression.codes if rule_called(word) is None]
        blind = _overlap(suppression.lines, unread.get(suppression.span.file, ()))
        barred, silent = [], []
        for word in suppression.codes:
            rule = rule_called(word)
            if rule is None:
                continue
            if rule.always:
                barred.append(word)
            elif not blind and judged(rule) and (number, word) not in used:
                silent.append(word)
        idle = [*unknown, *barred, *silent]
        if not idle:
            continue
        message = "; ".join(_reasons(unknown, barred, silent))
        source = sources[suppression.span.file]
        finding = UNUSED.found(suppression.span, message, _help(unknown, barred))
        yield _with_fix(finding, source, [word for word in suppression.codes if word not in idle])


def _reasons(unknown: Sequence[str], barred: Sequence[str], silent: Sequence[str]) -> Iterator[str]:
    if unknown:
        yield f"there is no rule {names(unknown)}, so this suppresses nothing"
    if barred:
        yield f"{names(barred)} cannot be suppressed: without it there is no program to check"
    if silent:
        verb = "report" if len(silent) > 1 else "reports"
        yield f"{names(silent)} {verb} nothing here: the comment would hide a new fault"


def _help(unknown: Sequence[str], barred: Sequence[str]) -> str:
    for word in unknown:
        near = nearest(word, _words())
        if near is not None:
            return f"did you mean `{near}`?"
    if barred:
        return "mend what it reports"
    return "remove it"


def _words() -> Iterable[str]:
    return [word for rule in RULES if not rule.always for word in (rule.code, rule.name)]


def _with_fix(finding: Diagnostic, source: SourceText, left: Sequence[str]) -> Diagnostic:
    span = finding.span
    start = source.offset(span.line, span.column)
    end = source.offset(span.end_line, span.end_column)
    text = source.text
    if left:
        content = _CODES.sub(f"[{', '.join(left)}]", text[start:end], count=1)
        fix = Fix("Remove what suppresses nothing", (Edit(span, content),), safe=True)
    else:
        before = text[:start].rstrip(" \t")
        if not before or before.endswith("\n"):
            # A line of its own goes with its line break.
            start = len(before)
            end += 2 if text[end : end + 2] == "\r\n" else 1 if text[end : end + 1] else 0
        else:
            start = len(before)
        edit = Edit(source.span(start, end), "")
        fix = Fix("Remove the comment", (edit,), safe=True)
    return Diagnostic(
        finding.code,
        finding.name,
        finding.message,
        finding.severity,
        span,
        finding.help,
        fix,
        finding.related,
    )
