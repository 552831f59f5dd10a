"""One mapping of the spec with its shape checked: what the lowering reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from redisspec.source.nodes import MappingNode, Node, ScalarNode, SequenceNode
from redisspec.source.span import Span
from redisspec.spec import shapes
from redisspec.spec.report import Report, hint
from redisspec.spec.shape import settings_fit

_NOTHING: Final[frozenset[str]] = frozenset()

NOUNS: Final = {
    "document": "a spec",
    "server": "the server",
    "python": "`python`",
    "defaults": "`defaults`",
    "keyspace": "keyspace",
    "cache": "cache",
    "rate_limit": "rate limit",
    "lock": "lock",
    "session": "session",
    "queue": "queue",
    "channel": "channel",
    "idempotency": "idempotency record",
    "operation": "operation",
}
"""What a message calls an entry of each model."""


class Entry:
    """The values of a mapping whose shape is right.

    `wrong` names the keys about which something was reported already: what they would have said
    is unknown, and nothing more is said about them.
    """

    __slots__ = ("name", "node", "owner", "values", "wrong")

    def __init__(
        self, name: str, owner: Node, node: MappingNode, wrong: frozenset[str] = _NOTHING
    ) -> None:
        self.name = name
        self.owner = owner
        self.node = node
        self.values: dict[str, Node] = {key.text: value for key, value in node.entries}
        self.wrong = wrong

    def scalar(self, key: str) -> ScalarNode | None:
        """The scalar of a key, None where it is not written (or is no scalar)."""
        node = self.values.get(key)
        return node if type(node) is ScalarNode else None

    def text(self, key: str) -> str | None:
        """The text of a key's scalar."""
        node = self.values.get(key)
        return node.text if type(node) is ScalarNode else None

    def whole(self, key: str) -> int | None:
        """The whole number of a key."""
        node = self.values.get(key)
        value = node.value if type(node) is ScalarNode else None
        return value if type(value) is int else None

    def flag(self, key: str) -> bool | None:
        """The truth value of a key."""
        node = self.values.get(key)
        value = node.value if type(node) is ScalarNode else None
        return value if type(value) is bool else None

    def items(self, key: str) -> list[ScalarNode]:
        """The scalars of a key's list."""
        node = self.values.get(key)
        if type(node) is not SequenceNode:
            return []
        return [item for item in node.items if type(item) is ScalarNode]

    def mapping(self, key: str) -> MappingNode | None:
        """The mapping of a key."""
        node = self.values.get(key)
        return node if type(node) is MappingNode else None

    def place(self, key: str) -> Node:
        """The node to point at for a key: its word, or the entry's name where it is not there."""
        return self.node.key(key) or self.owner


class Spans(Mapping[str, Span]):
    """Where the settings of a mapping stand, found when asked: positions cost nothing before.

    A setting's span is its value's; where that has several lines, its key's. `ttl.jitter` is the
    setting within a setting.
    """

    __slots__ = ("_node",)

    def __init__(self, node: MappingNode) -> None:
        self._node = node

    def __getitem__(self, key: str) -> Span:
        head, _, rest = key.partition(".")
        entry = self._node.entry(head)
        if entry is None:
            raise KeyError(key)
        name, value = entry
        if rest:
            if not isinstance(value, MappingNode):
                raise KeyError(key)
            return Spans(value)[rest]
        if isinstance(value, ScalarNode) and value.end == value.start:
            return name.span
        span = value.span
        return span if span.line == span.end_line else name.span

    def __iter__(self) -> Iterator[str]:
        return (key.text for key, _ in self._node.entries)

    def __len__(self) -> int:
        return len(self._node.entries)


SHAPES: Final = {
    "document": shapes.DOCUMENT,
    "server": shapes.SERVER,
    "python": shapes.PYTHON,
    "defaults": shapes.DEFAULTS,
    "keyspace": shapes.KEYSPACE,
    "cache": shapes.CACHE,
    "rate_limit": shapes.RATE_LIMIT,
    "lock": shapes.LOCK,
    "session": shapes.SESSION,
    "queue": shapes.QUEUE,
    "channel": shapes.CHANNEL,
    "idempotency": shapes.IDEMPOTENCY,
    "operation": shapes.OPERATION,
}


def read_entry(report: Report, model: str, name: str, owner: Node, node: Node) -> Entry | None:
    """The entry that `node` is, mistakes of shape reported; None where it is no mapping."""
    shape = SHAPES[model]
    if type(node) is MappingNode:
        if settings_fit(node, shape):
            return Entry(name, owner, node)
        # pydantic's import costs more than a small spec: only a mistake pays for it.
        from redisspec.spec.shape_errors import explain  # noqa: PLC0415 - for mistakes alone

        what = f"{NOUNS[model]} `{name}`" if name else NOUNS[model]
        sound, wrong = explain(report, model, node, owner, what)
        return Entry(name, owner, sound, frozenset(wrong))
    what = NOUNS[model]
    empty = isinstance(node, ScalarNode) and node.value is None
    report.error(
        owner if empty else node,
        f"{what} `{name}` is empty" if empty else f"{what} `{name}` is no mapping of settings",
        hint(node, f"write its settings below it, indented: `{next(iter(shape.kinds))}: …`"),
    )
    return None
