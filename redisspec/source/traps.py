"""What YAML may have made of a value of the wrong type, in one sentence to put into the help."""

import re

from redisspec.source.nodes import Node, ScalarNode
from redisspec.source.scalars import misread

_COMMENT = re.compile(r"[ \t]+#[^\r\n]*")
_LINE = re.compile(r"[^\r\n]*")


def trap(node: Node) -> str | None:
    """A hint for a value that is not what its place asks for; None where YAML is not to blame."""
    text = node.source.text
    if not isinstance(node, ScalarNode):
        if not node.flow:
            return None
        written = _LINE.match(text, node.start)
        raw = text[node.start : node.end]
        if written is None or len(raw) > len(written.group()):
            return None
        return (
            f"a value that starts with `{raw[0]}` is a {node.kind} in YAML; "
            f'a text needs quotes: `"{raw}"`'
        )
    if node.style != "plain":
        return None
    cut = _COMMENT.match(text, node.end)
    if cut is not None:
        whole = f"{node.raw}{cut.group()}".rstrip()
        return f'what follows ` #` is a comment; if it is part of the text: `"{whole}"`'
    return misread(node.text)
