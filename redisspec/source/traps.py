"""What YAML may have made of a value of the wrong type, in one sentence to put into the help."""

import re

from redisspec.source.nodes import MappingNode, Node, ScalarNode, SequenceNode
from redisspec.source.problem import short
from redisspec.source.scalars import misread

_COMMENT = re.compile(r"[ \t]+#[^\r\n]*")


def trap(node: Node) -> str | None:
    """A hint for a value that is not what its place asks for; None where YAML is not to blame."""
    if not isinstance(node, ScalarNode):
        return _in_brackets(node) if node.flow else None
    if node.style in ("literal", "folded"):
        return None if node.text.strip() else _empty_block(node)
    return _plain(node) if node.style == "plain" else None


def _in_brackets(node: SequenceNode | MappingNode) -> str | None:
    written = node.source.text[node.start : node.end]
    if "\n" in written or "\r" in written:
        return None
    return (
        f"a value that starts with `{written[0]}` is a {node.kind} in YAML; "
        f'a text needs quotes: `"{short(written)}"`'
    )


def _empty_block(node: ScalarNode) -> str:
    written = short(node.raw)
    return f'`{written}` begins a block of text on the lines below; as a text: `"{written}"`'


def _plain(node: ScalarNode) -> str | None:
    cut = _COMMENT.match(node.source.text, node.end)
    if cut is not None:
        whole = short(f"{node.raw}{cut.group()}".rstrip())
        return f'what follows ` #` is a comment; if it is part of the text: `"{whole}"`'
    return misread(node.text)
