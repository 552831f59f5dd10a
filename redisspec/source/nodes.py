"""The nodes of a YAML file, each of which knows where it stands."""

from typing import ClassVar, Literal

from redisspec.source.scalars import Scalar, resolve
from redisspec.source.span import Span
from redisspec.source.text import SourceText

Style = Literal["plain", "single", "double", "literal", "folded"]


class ScalarNode:
    """One scalar: `text` is what YAML makes of it, `start` and `end` are offsets into the source.

    `broken` marks a text that stood in a fault already reported: it is the best guess at what was
    meant, and another message about it would be noise.
    """

    __slots__ = ("broken", "end", "source", "start", "style", "text")
    kind: ClassVar[str] = "scalar"

    def __init__(
        self,
        text: str,
        style: Style,
        start: int,
        end: int,
        source: SourceText,
        *,
        broken: bool = False,
    ) -> None:
        self.text = text
        self.style = style
        self.start = start
        self.end = end
        self.source = source
        self.broken = broken

    def __repr__(self) -> str:
        return f"ScalarNode({self.text!r}, {self.style!r}, {self.start}, {self.end})"

    @property
    def value(self) -> Scalar:
        """None, bool, int, float or str; anything in quotes or blocks is a str."""
        return resolve(self.text) if self.style == "plain" else self.text

    @property
    def raw(self) -> str:
        """The characters of the file that this scalar was read from."""
        return self.source.text[self.start : self.end]

    @property
    def span(self) -> Span:
        """Where it stands, quotes included; a block scalar ends with its last line of text."""
        return self.source.span(self.start, self.end)


class SequenceNode:
    """A list; `flow` says that it is written in brackets."""

    __slots__ = ("end", "flow", "items", "source", "start")
    kind: ClassVar[str] = "sequence"

    def __init__(self, start: int, flow: bool, source: SourceText) -> None:
        self.items: list[Node] = []
        self.start = start
        self.end = start
        self.flow = flow
        self.source = source

    def __repr__(self) -> str:
        return f"SequenceNode({self.items!r})"

    @property
    def span(self) -> Span:
        """From the first dash or bracket to the end of the last item or the bracket."""
        return self.source.span(self.start, self.end)


class MappingNode:
    """A mapping in the file's order, each key once; `flow` says that it is written in braces."""

    __slots__ = ("_values", "end", "entries", "flow", "source", "start")
    kind: ClassVar[str] = "mapping"

    def __init__(self, start: int, flow: bool, source: SourceText) -> None:
        self.entries: list[tuple[ScalarNode, Node]] = []
        self._values: dict[str, tuple[ScalarNode, Node]] | None = None
        self.start = start
        self.end = start
        self.flow = flow
        self.source = source

    def __repr__(self) -> str:
        return f"MappingNode({self.entries!r})"

    @property
    def span(self) -> Span:
        """From the first key or brace to the end of the last value or the brace."""
        return self.source.span(self.start, self.end)

    def entry(self, key: str) -> "tuple[ScalarNode, Node] | None":
        """The (key, value) nodes of a key."""
        if self._values is None or len(self._values) != len(self.entries):
            self._values = {entry[0].text: entry for entry in self.entries}
        return self._values.get(key)

    def get(self, key: str) -> "Node | None":
        """The value node of a key."""
        entry = self.entry(key)
        return None if entry is None else entry[1]

    def key(self, key: str) -> ScalarNode | None:
        """The key node of a key."""
        entry = self.entry(key)
        return None if entry is None else entry[0]


Node = ScalarNode | SequenceNode | MappingNode


def to_data(node: Node) -> object:
    """The dicts, lists and scalars of a tree; keys are their texts. Trees are 32 levels at most."""
    if isinstance(node, ScalarNode):
        return node.value
    if isinstance(node, SequenceNode):
        return [to_data(item) for item in node.items]
    return {key.text: to_data(value) for key, value in node.entries}


def locate(node: Node, path: "tuple[str | int, ...]") -> Node:
    """The node at a path of keys and positions; a step that matches nothing is skipped.

    Pydantic puts the tags of unions into its `loc`, which name nothing in the file.
    """
    for step in path:
        found: Node | None = None
        if isinstance(node, MappingNode):
            found = node.get(str(step))
        elif isinstance(node, SequenceNode) and isinstance(step, int):
            found = node.items[step] if 0 <= step < len(node.items) else None
        node = node if found is None else found
    return node
