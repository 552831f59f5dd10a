"""How long keys live: `ttl` with what `defaults` adds to it."""

from __future__ import annotations

from functools import partial
from typing import Final, NamedTuple, cast

from redisspec.ir.model import Lifetime, Refresh
from redisspec.source.nodes import MappingNode, Node, ScalarNode
from redisspec.spec.durations import format_duration, parse_duration
from redisspec.spec.grammar import GrammarError
from redisspec.spec.lowering.context import Context
from redisspec.spec.lowering.entries import Entry
from redisspec.spec.percentages import parse_percentage

SILENT: Final = Lifetime()
UNREADABLE: Final = Lifetime(ttl_ms=3_600_000, stated=True)
"""Stands for a `ttl` about which something was reported, so that no rule adds to that."""


class Defaults(NamedTuple):
    """What `defaults: {ttl: …}` says."""

    ttl_ms: int | None = None
    jitter: float = 0.0
    refresh: Refresh | None = None
    max_ms: int | None = None


def lower_defaults(context: Context, node: MappingNode | None) -> Defaults:
    """The defaults of a file."""
    if node is None:
        return Defaults()
    made = _settings(context, node)
    return Defaults() if made is None else made


def lower_lifetime(
    context: Context, entry: Entry, defaults: Defaults, refresh: Refresh = "on_write"
) -> Lifetime:
    """The lifetime of an entry with `ttl` and `reason`; `refresh` where nobody says one."""
    node = entry.values.get("ttl")
    if node is None:
        if "ttl" in entry.wrong:
            return UNREADABLE
        _refuse_reason(context, entry)
        if defaults.ttl_ms is None:
            return SILENT if refresh == "on_write" else Lifetime(refresh=refresh)
        return _made(defaults, refresh)
    if type(node) is ScalarNode and node.text == "never":
        return _never(context, entry, node)
    _refuse_reason(context, entry)
    # Few TTLs are written in many ways: what was read once without a mistake is read.
    written = (node.source.text[node.start : node.end], defaults, refresh)
    known = context.lifetimes.get(written)
    if known is not None and "ttl" not in entry.wrong:
        return known
    mistakes = len(context.report.diagnostics)
    found = _read(context, node, defaults, refresh)
    if len(context.report.diagnostics) == mistakes and "ttl" not in entry.wrong:
        context.lifetimes[written] = found
    return found


def _read(context: Context, node: Node, defaults: Defaults, refresh: Refresh) -> Lifetime:
    """A `ttl` that expires."""
    if type(node) is ScalarNode:
        duration = _duration(context, node)
        if duration is None:
            return UNREADABLE
        return _checked(context, node, defaults._replace(ttl_ms=duration), refresh)
    own = _settings(context, node) if type(node) is MappingNode else None
    if own is None or own.ttl_ms is None or type(node) is not MappingNode:
        return UNREADABLE
    merged = Defaults(
        own.ttl_ms,
        own.jitter if node.get("jitter") is not None else defaults.jitter,
        own.refresh or defaults.refresh,
        own.max_ms if own.max_ms is not None else defaults.max_ms,
    )
    return _checked(context, node, merged, refresh)


def _made(found: Defaults, refresh: Refresh) -> Lifetime:
    return Lifetime(found.ttl_ms, True, None, found.jitter, found.refresh or refresh, found.max_ms)


def _checked(context: Context, node: Node, found: Defaults, refresh: Refresh) -> Lifetime:
    if found.max_ms is not None and found.ttl_ms is not None and found.max_ms < found.ttl_ms:
        place = (node.get("max") if isinstance(node, MappingNode) else None) or node
        context.report.error(
            place,
            f"`max` ({format_duration(found.max_ms)}) is shorter than the TTL itself "
            f"({format_duration(found.ttl_ms)})",
            f"write a `max` of at least `{format_duration(found.ttl_ms)}`",
        )
    return _made(found, refresh)


def _never(context: Context, entry: Entry, node: ScalarNode) -> Lifetime:
    reason = entry.scalar("reason")
    if reason is None:
        if "reason" not in entry.wrong:
            context.report.error(
                node,
                "`ttl: never` has no `reason`",
                "write `reason:` beside it: who removes these keys, or why there are few",
            )
        return Lifetime(None, True, "", refresh="never")
    if not reason.text.strip():
        context.report.error(reason, "the `reason` is empty", "say why these keys may stay")
    return Lifetime(None, True, reason.text.strip(), refresh="never")


def _refuse_reason(context: Context, entry: Entry) -> None:
    if "reason" in entry.values and "ttl" not in entry.wrong:
        context.report.error(
            entry.place("reason"),
            "`reason` explains `ttl: never`, and these keys do not say that",
            "write `ttl: never`, or drop the `reason` (a comment serves as well)",
        )


def _settings(context: Context, node: MappingNode) -> Defaults | None:
    """The settings of a ttl; None where one could not be read."""
    values: dict[str, int | None] = {"for": None, "max": None}
    jitter: float | None = 0.0
    refresh: Refresh | None = None
    sound = True
    for key, value in node.entries:
        if type(value) is not ScalarNode:
            continue
        word = key.text
        if word == "jitter":
            jitter = context.parse(value, parse_percentage)
            sound = sound and jitter is not None
        elif word == "refresh":
            refresh = cast("Refresh", value.text)
        elif word in values:
            values[word] = _duration(context, value)
            sound = sound and values[word] is not None
    return Defaults(values["for"], jitter or 0.0, refresh, values["max"]) if sound else None


def _duration(context: Context, node: ScalarNode) -> int | None:
    if node.text == "never":
        context.report.grammar(
            node,
            GrammarError("`never` stands alone", help_="write `ttl: never` and a `reason`"),
        )
        return None
    return context.parse(node, partial(parse_duration, lasting=True))
