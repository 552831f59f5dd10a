"""What an editor offers at a finding: its fix, all safe fixes of the file, a comment that accepts it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lsprotocol import types

from redisspec.lint.fixes import apply_fixes
from redisspec.lsp.positions import overlaps, range_of

if TYPE_CHECKING:
    from pygls.workspace import PositionCodec

    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lsp.findings import Findings

FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.redisspec"

# Without these there is no program: no comment accepts them.
_ALWAYS = frozenset(("RS001", "RS002", "RS005", "RS006", "RS007", "RS008"))


def actions(
    uri: str,
    found: Findings,
    asked: types.CodeActionParams,
    codec: PositionCodec,
) -> list[types.CodeAction]:
    """The actions for a range of a file, as far as the client asks for their kinds."""
    wanted = asked.context.only
    listed: list[types.CodeAction] = []
    if _is_wanted(types.CodeActionKind.QuickFix.value, wanted):
        here = [
            one
            for one in found.diagnostics
            if overlaps(range_of(one.span, found.source, codec), asked.range)
        ]
        listed += (action for one in here for action in _of_finding(uri, one, found, codec))
    if _is_wanted(FIX_ALL, wanted):
        listed += _fix_all(uri, found, codec)
    return listed


def _is_wanted(kind: str, wanted: Sequence[types.CodeActionKind | str] | None) -> bool:
    """A kind is asked for by itself or by what it begins with (`source.fixAll`)."""
    if wanted is None:
        return True
    names = [str(getattr(one, "value", one)) for one in wanted]
    return any(kind == name or kind.startswith(f"{name}.") or not name for name in names)


def _of_finding(
    uri: str, one: Diagnostic, found: Findings, codec: PositionCodec
) -> Iterator[types.CodeAction]:
    fix = one.fix
    if fix is not None and all(edit.span.file == found.source.path for edit in fix.edits):
        edits = [
            types.TextEdit(range_of(edit.span, found.source, codec), edit.content)
            for edit in fix.edits
        ]
        note = "" if fix.safe else " (may change what the program does)"
        yield types.CodeAction(
            f"{fix.message}{note}",
            kind=types.CodeActionKind.QuickFix,
            is_preferred=fix.safe,
            edit=types.WorkspaceEdit(changes={uri: edits}),
            data={"code": one.code},
        )
    if one.code not in _ALWAYS:
        yield types.CodeAction(
            f"Accept it with a comment: ignore[{one.name}]",
            kind=types.CodeActionKind.QuickFix,
            edit=types.WorkspaceEdit(changes={uri: [_comment(one, found, codec)]}),
            data={"code": one.code},
        )


def _comment(one: Diagnostic, found: Findings, codec: PositionCodec) -> types.TextEdit:
    """A comment on a line of its own above the finding, with room for the reason."""
    source = found.source
    line = source.line(one.span.line)
    indent = line[: len(line) - len(line.lstrip())]
    marker = "--" if source.path.endswith(".lua") else "#"
    at = one.span._replace(column=1, end_line=one.span.line, end_column=1)
    return types.TextEdit(
        range_of(at, source, codec), f"{indent}{marker} redisspec: ignore[{one.name}] because …\n"
    )


def _fix_all(uri: str, found: Findings, codec: PositionCodec) -> Iterator[types.CodeAction]:
    fixed = apply_fixes(found.source, found.diagnostics)
    if not fixed.applied:
        return
    edits = [
        types.TextEdit(range_of(edit.span, found.source, codec), edit.content)
        for one in fixed.applied
        if one.fix is not None
        for edit in one.fix.edits
    ]
    yield types.CodeAction(
        "Fix all that redisspec can fix safely",
        kind=FIX_ALL,
        edit=types.WorkspaceEdit(changes={uri: edits}),
    )
