"""Where the text of `do:` stands in the file, line by line."""

from __future__ import annotations

from redisspec.ir.steps import StepsAt
from redisspec.source.nodes import ScalarNode
from redisspec.spec.report import Report


def steps_at(report: Report, node: ScalarNode) -> StepsAt:
    """The place of the steps; a text whose lines YAML folds into one is reported."""
    span = node.span
    if node.style == "literal":
        return _in_block(node)
    if node.style == "folded" or "\n" in node.raw:
        # What is left of the lines is one, which says nothing about where a step begins.
        report.error(
            node, "YAML makes one line of these steps", "write the steps below `do: |`, indented"
        )
        return StepsAt(span.file, span.line, span.column, span)
    lead = 0 if node.style == "plain" else 1
    if node.raw[lead : len(node.raw) - lead] != node.text:
        return StepsAt(span.file, span.line, span.column, span)
    return StepsAt(span.file, span.line, span.column + lead)


def _in_block(node: ScalarNode) -> StepsAt:
    """The place of `do: |`: its lines lose the same indentation."""
    span = node.span
    first = span.line + 1
    for number, line in enumerate(node.text.split("\n")):
        if line.strip():
            shown = node.source.line(first + number)
            return StepsAt(span.file, first, 1 + max(len(shown) - len(line), 0))
    return StepsAt(span.file, span.line, span.column, span)
