"""What the model holds: a value object a key, and the TTL that was last set."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


@dataclass
class Data:
    """`values` by whole key (a structure's own objects), `ttls` in ms, None for never.

    `inside` says that the methods are called by an operation, which bounds every counter.
    """

    values: dict[str, Any] = field(default_factory=dict)
    ttls: dict[str, int | None] = field(default_factory=dict)
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    inside: bool = False
    appended: int = 0

    def put(self, key: str, value: Any, ttl_ms: int | None = None) -> None:
        """An initial state."""
        self.values[key] = value
        self.ttls[key] = ttl_ms

    def copy(self) -> Data:
        return deepcopy(self)

    def restore(self, earlier: Data) -> None:
        """As all was, but for the clock."""
        self.values, self.ttls = deepcopy(earlier.values), deepcopy(earlier.ttls)


class Foreign:
    """A key of another type than its keyspace's."""


class Near(float):
    """A number that a server knows only nearly (a place in a geo index)."""


@dataclass(frozen=True)
class Record:
    """A record of a hash, or an entry of a stream, by its fields' Python names."""

    fields: dict[str, Any]

    def get(self, name: str) -> Any:
        return self.fields[name]
