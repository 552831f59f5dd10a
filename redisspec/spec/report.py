"""The mistakes of a spec as they are found, each located at the node that it speaks of."""

from __future__ import annotations

import re
from collections.abc import Mapping

from redisspec.diagnostics.diagnostic import Diagnostic, Related
from redisspec.source.nodes import Node, ScalarNode
from redisspec.source.span import Span
from redisspec.source.text import SourceText
from redisspec.spec.environment import SecretError
from redisspec.spec.grammar import GrammarError


class Report:
    """Gathers diagnostics; nothing is raised, so that one run finds all mistakes."""

    def __init__(self) -> None:
        self.diagnostics: list[Diagnostic] = []
        self.secrets: list[tuple[SourceText, int, int]] = []
        """Places (offsets) whose characters are to be shown to nobody."""

    def error(
        self,
        place: Node | Span,
        message: str,
        help_: str | None = None,
        related: tuple[Related, ...] = (),
    ) -> None:
        """An RS002 at a node or span; silent about a node whose text was reported as broken."""
        if isinstance(place, ScalarNode) and place.broken:
            return
        span = place if isinstance(place, Span) else brief(place)
        self.diagnostics.append(
            Diagnostic("RS002", "invalid-spec", message, "error", span, help=help_, related=related)
        )

    def grammar(self, node: Node, error: GrammarError) -> None:
        """A grammar's error at its place within a scalar's text, with what YAML did to it."""
        if isinstance(node, ScalarNode):
            if node.broken:
                return
            if isinstance(error, SecretError):
                self.secrets.append((node.source, node.start, node.end))
            self.error(within(node, error.start, error.end), error.message, hint(node, error.help))
        else:
            self.error(node, error.message, hint(node, error.help))

    def masked(self, sources: Mapping[str, SourceText]) -> dict[str, SourceText]:
        """The texts with every secret's characters replaced, so that no snippet shows them."""
        found = dict(sources)
        for source, start, end in self.secrets:
            text = found[source.path].text
            hidden = re.sub(r"(?<=://)\S*(?=@)|(?<=password=)[^&\s\"']+", _stars, text[start:end])
            found[source.path] = SourceText(source.path, text[:start] + hidden + text[end:])
        return found


def _stars(found: re.Match[str]) -> str:
    return "*" * len(found[0])


def hint(node: Node, help_: str | None) -> str | None:
    """A help text with what YAML may have made of the node, where YAML is to blame."""
    from redisspec.source.traps import trap  # noqa: PLC0415 - for mistakes only

    found = trap(node)
    if found is None:
        return help_
    return f"{help_}; {found}" if help_ else found


def brief(node: Node) -> Span:
    """Where a node stands; of one over several lines, what stands in its first."""
    if isinstance(node, ScalarNode):
        return node.span
    line_end = node.source.text.find("\n", node.start, node.end)
    if line_end < 0:
        return node.span
    return node.source.span(node.start, max(line_end, node.start + 1))


def within(node: ScalarNode, start: int, end: int | None) -> Span:
    """The span of some characters of a scalar; the whole where escapes make that a guess."""
    raw = node.raw
    lead = 0 if raw == node.text else 1
    if lead and raw[1:-1] != node.text:
        return node.span
    stop = len(node.text) if end is None else min(end, len(node.text))
    start = min(start, max(len(node.text) - 1, 0))
    return node.source.span(node.start + lead + start, node.start + lead + max(stop, start + 1))
