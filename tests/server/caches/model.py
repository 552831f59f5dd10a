"""A cache in Python: what each call answers and what it leaves, over a table of rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from redisspec.runtime.envelope import MISS

KEY_TAG = ("of-key",)


@dataclass
class Entry:
    """What is stored: a value (None for a tombstone's), its tags, its version.

    `brief`: it ends as soon as somebody waits. `stale`: that has been, and it is served until it is loaded.
    """

    value: Any
    tags: tuple[str, ...] = ()
    version: int = 0
    buried: bool = False
    broken: bool = False
    brief: bool = False
    stale: bool = False


@dataclass
class Model:
    """A cache whose time passes in `expire`; `stays` where entries are stale for a while after their end."""

    brief_none: bool = False
    stays: bool = False
    rows: dict[str, Any] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    runs: int = 0

    def get(self, name: str) -> Any:
        entry = self.entries.get(name)
        if entry is None or entry.buried or entry.broken:
            return MISS
        return entry.value

    def due(self, name: str) -> bool:
        """Whether a reader loads it."""
        return self.get(name) is MISS or self.entries[name].stale

    def stored(self, name: str, value: Any, version: int, brief: bool) -> None:
        """Brief entries have a value: of "there is none" the declaration says how long it lives."""
        ends = self.brief_none if value is None else brief
        self.entries[name] = Entry(value, tags_of(value), version, brief=ends)

    def fill(self, name: str, brief: bool = False) -> Any:
        self.runs += 1
        value = self.rows.get(name)
        self.stored(name, value, self.version(name), brief)
        return value

    def version(self, name: str) -> int:
        before = self.entries.get(name)
        return before.version if before is not None else 0

    def load(self, name: str, brief: bool = False) -> Any:
        return self.fill(name, brief) if self.due(name) else self.get(name)

    def load_fails(self, name: str) -> Any:
        """What a loader that raises leads to: LookupError where it is run."""
        if not self.due(name):
            return self.get(name)
        self.runs += 1
        return LookupError

    def load_raced(self, name: str, meanwhile: str, value: Any) -> Any:
        """Load; in the middle of it something else is done to the entry, which then stands."""
        if not self.due(name):
            return self.get(name)
        loaded = self.rows.get(name)
        before = self.version(name)
        if meanwhile == "invalidate":
            self.runs += 1
            self.invalidate(name, None)
        elif meanwhile == "put":
            self.runs += 1
            self.put(name, value, None)
        else:
            self.invalidate_tag(meanwhile)
            self.fill(name)
            assert self.version(name) == before
            self.invalidate_tag(meanwhile)  # it was loaded before, and knows nothing of what is new
        return loaded

    def load_many(self, names: list[str]) -> dict[str, Any]:
        due = [name for name in dict.fromkeys(names) if self.due(name)]
        runs = self.runs + bool(due)
        for name in due:
            self.fill(name)
        self.runs = runs  # together
        return {name: self.get(name) for name in dict.fromkeys(names)}

    def put(self, name: str, value: Any, version: int | None, brief: bool = False) -> bool:
        before = self.entries.get(name)
        known = self.version(name)
        if version is not None and before is not None:
            if known > version:
                return False
            if known == version:
                return not before.buried
        self.stored(name, value, known if version is None else version, brief)
        return True

    def invalidate(self, name: str, version: int | None) -> bool:
        before = self.entries.pop(name, None)
        stays = max(before.version if before is not None else 0, version or 0)
        if stays:
            self.entries[name] = Entry(None, (), stays, buried=True)
        return before is not None and not before.buried

    def invalidate_tag(self, tag: str) -> None:
        for entry in self.entries.values():
            if tag in entry.tags:
                entry.broken = True

    def end(self, name: str) -> None:
        self.entries.pop(name, None)

    def spoil(self, name: str) -> None:
        self.entries[name] = Entry(None, broken=True)

    def expire(self) -> bool:
        """Time passes: what is brief ends; whether anything does."""
        brief = [name for name, entry in self.entries.items() if entry.brief]
        for name in brief:
            entry = self.entries[name]
            entry.brief, entry.stale = False, True
            if not self.stays:
                del self.entries[name]
        return bool(brief)


def tags_of(value: Any) -> tuple[str, ...]:
    """The tags of a stored value: those of its key, then its own."""
    return (*KEY_TAG, *(value["tags"] if value is not None else ()))
