"""The key patterns of a program as rows: for a table, or for JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from redisspec.ir.keypattern import KeyPattern
from redisspec.ir.model import Bound, Lifetime
from redisspec.ir.program import Program
from redisspec.lint.wording import duration, number, size
from redisspec.patterns import lowered
from redisspec.source.span import Span

_HEADINGS = ("NAME", "KEY", "STRUCTURE", "TTL", "BOUND", "SLOT")
_NONE = "-"


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One pattern. `kind` is `keyspace`, or the policy's kind (`cache`, `lock` …).

    `structure` is None for a policy that this version does not generate. A key that a policy adds
    has the policy's name, a dot and its own.
    """

    name: str
    kind: str
    pattern: KeyPattern
    structure: str | None
    server: str
    lifetime: Lifetime | None
    bound: Bound
    doc: str | None
    span: Span

    def cells(self) -> tuple[str, ...]:
        """The texts of the table's columns."""
        return (
            self.name,
            self.pattern.text,
            self.structure or self.kind,
            _ttl(self.lifetime),
            _bound(self.bound),
            _slot(self.pattern),
        )

    def as_json(self) -> dict[str, object]:
        """The row as JSON data; durations in milliseconds, null where nothing is declared."""
        lifetime = self.lifetime or Lifetime()
        return {
            "name": self.name,
            "kind": self.kind,
            "key": self.pattern.text,
            "glob": self.pattern.glob(),
            "structure": self.structure,
            "server": self.server,
            "parameters": [
                {"name": parameter.name, "type": parameter.type.text}
                for parameter in self.pattern.parameters
            ],
            "ttl_ms": lifetime.ttl_ms,
            "max_ttl_ms": lifetime.max_ms,
            "jitter": lifetime.jitter,
            "refresh": lifetime.refresh if lifetime.ttl_ms is not None else None,
            "never_expires": lifetime.stated and lifetime.ttl_ms is None,
            "reason": lifetime.reason,
            "max_items": self.bound.max_items,
            "when_full": self.bound.when_full if self.bound.max_items is not None else None,
            "max_bytes": self.bound.max_bytes,
            "expected_keys": self.bound.expected_keys,
            "slot_parameters": list(self.pattern.slot_parameters()),
            "doc": self.doc,
            "filename": self.span.file,
            "location": {"row": self.span.line, "column": self.span.column},
        }


def rows(program: Program) -> Iterator[KeyRow]:
    """The keyspaces, then the policies' own keys and those that they add, in the order of the spec."""
    made = {each.policy.name: each for each in lowered(program)}
    for keyspace in program.keyspaces:
        yield KeyRow(
            keyspace.name,
            "keyspace",
            keyspace.pattern,
            keyspace.structure,
            keyspace.server,
            keyspace.lifetime,
            keyspace.bound,
            keyspace.doc,
            keyspace.span,
        )
    for policy in program.policies:
        own = made.get(policy.name)
        if policy.pattern is not None:
            yield KeyRow(
                policy.name,
                policy.kind,
                policy.pattern,
                own.structure if own is not None else None,
                policy.server,
                own.lifetime if own is not None else policy.lifetime,
                Bound(),
                policy.doc,
                policy.span,
            )
        for key in own.keys if own is not None else ():
            yield KeyRow(
                f"{policy.name}.{key.name}",
                policy.kind,
                key.pattern,
                key.structure,
                key.server,
                key.lifetime,
                Bound(),
                key.doc,
                key.span,
            )


def table(found: Sequence[KeyRow]) -> str:
    """The rows in aligned columns below their headings."""
    lines = [_HEADINGS, *(row.cells() for row in found)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "".join(
        "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip()
        + "\n"
        for line in lines
    )


def _ttl(lifetime: Lifetime | None) -> str:
    if lifetime is None or not lifetime.stated:
        return _NONE
    if lifetime.ttl_ms is None:
        return "never"
    parts = [duration(lifetime.ttl_ms)]
    if lifetime.max_ms is not None:
        parts.append(f"max {duration(lifetime.max_ms)}")
    if lifetime.jitter:
        parts.append(f"jitter {lifetime.jitter * 100:g}%")
    return ", ".join(parts)


def _bound(bound: Bound) -> str:
    parts = []
    if bound.max_items is not None:
        parts.append(f"{number(bound.max_items)} items, {bound.when_full}")
    if bound.max_bytes is not None:
        parts.append(size(bound.max_bytes))
    if bound.expected_keys is not None:
        parts.append(f"{number(bound.expected_keys)} keys")
    return ", ".join(parts) or _NONE


def _slot(pattern: KeyPattern) -> str:
    names = ", ".join(pattern.slot_parameters())
    return names or "constant"
