"""A keyspace in a sentence, for docstrings and tables."""

from __future__ import annotations

from redisspec.ir.bloom import sizing
from redisspec.ir.model import Keyspace

_UNITS = (
    (604_800_000, "week"),
    (86_400_000, "day"),
    (3_600_000, "hour"),
    (60_000, "minute"),
    (1_000, "second"),
)


def duration(milliseconds: int) -> str:
    """`30 days`, `90 seconds`, `500 ms`."""
    for size, unit in _UNITS:
        if milliseconds and milliseconds % size == 0:
            count = milliseconds // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{milliseconds} ms"


def key_text(keyspace: Keyspace) -> str:
    """The key's pattern as the spec writes it, with its namespace."""
    return keyspace.pattern.text


def lifetime_text(keyspace: Keyspace) -> str:
    lifetime = keyspace.lifetime
    if lifetime.ttl_ms is None:
        reason = f" ({lifetime.reason.strip()})" if lifetime.reason else ""
        return f"never expires{reason}"
    text = f"expires after {duration(lifetime.ttl_ms)}"
    if lifetime.max_ms is not None:
        text += f", or what a call chooses up to {duration(lifetime.max_ms)}"
    if lifetime.jitter:
        text += f", up to {lifetime.jitter:.0%} sooner"
    renewed = {"on_write": "renewed by writes", "on_access": "renewed by reads and writes"}
    return f"{text}, {renewed.get(lifetime.refresh, 'counted from its creation')}"


def bound_text(keyspace: Keyspace) -> str:
    bound = keyspace.bound
    if bound.max_items is None:
        return ""
    if keyspace.structure == "bitmap":
        return f"; holds {bound.max_items:,} bits"
    if keyspace.error_rate is not None:
        size = sizing(bound.max_items, keyspace.error_rate).bytes
        return (
            f"; holds {bound.max_items:,} members at an error rate of {keyspace.error_rate * 100:.6g}%"
            f"{'' if keyspace.module else f' in {size:,} bytes'}, more are refused"
        )
    gone = "the lowest go" if keyspace.structure == "sorted_set" else "the oldest go"
    full = gone if bound.when_full == "trim" else "more are refused"
    return f"; holds {bound.max_items:,} items, {full}"


def summary(keyspace: Keyspace) -> str:
    """`A hash at shop:cart:{<user_id:int>}; expires after 30 days, renewed by writes.`"""
    structure = keyspace.structure.replace("_", " ")
    text = (
        f"A {structure} at {key_text(keyspace)}; {lifetime_text(keyspace)}{bound_text(keyspace)}."
    )
    return " ".join(text.split())
