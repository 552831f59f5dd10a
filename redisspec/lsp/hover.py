"""What an editor shows where the pointer rests: a finding's rule, or what a declaration becomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from redisspec.lint.rules import rule_called
from redisspec.lint.wording import duration, number
from redisspec.lsp.positions import offset_of, range_of

if TYPE_CHECKING:
    from pygls.workspace import PositionCodec

    from redisspec.ir.model import Keyspace
    from redisspec.ir.program import Program
    from redisspec.lsp.findings import Findings


def hover(
    found: Findings, position: types.Position, codec: PositionCodec, program: Program | None
) -> types.Hover | None:
    """The page of the finding's rule; in a spec, else, what the keyspace around it becomes."""
    source = found.source
    at = offset_of(position, source, codec)
    for one in found.diagnostics:
        start = source.offset(one.span.line, one.span.column)
        end = source.offset(one.span.end_line, one.span.end_column)
        rule = rule_called(one.code)
        if rule is not None and start <= at <= max(end, start + 1):
            text = f"**{rule.code} {rule.name}**\n\n{rule.documentation.strip()}"
            return _shown(text, range_of(one.span, source, codec))
    for keyspace in program.keyspaces if program is not None else ():
        if keyspace.span.file == source.path and keyspace.span.line == position.line + 1:
            return _shown(_of_keyspace(keyspace), range_of(keyspace.span, source, codec))
    return None


def _shown(text: str, where: types.Range) -> types.Hover:
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), where)


def _of_keyspace(keyspace: Keyspace) -> str:
    lifetime, bound = keyspace.lifetime, keyspace.bound
    ttl = "never expires" if lifetime.ttl_ms is None else f"lives {duration(lifetime.ttl_ms)}"
    lines = [f"**{keyspace.name}**: {keyspace.structure}", "", f"`{keyspace.pattern.text}`", ""]
    facts = [ttl]
    if bound.max_items is not None:
        facts.append(f"{number(bound.max_items)} items at most")
    if bound.expected_keys is not None:
        facts.append(f"{number(bound.expected_keys)} keys expected")
    slot = keyspace.pattern.slot_parameters()
    facts.append(f"one slot for each {', '.join(slot)}" if slot else "one slot")
    return "\n".join([*lines, "; ".join(facts)])
