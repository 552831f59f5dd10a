"""Policies (caches, rate limits, locks …): checked here, compiled by `patterns/`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from redisspec.ir.beside import may_have_keys_beside
from redisspec.ir.keypattern import KeyPattern, Literal
from redisspec.ir.model import Policy, PolicyKind
from redisspec.ir.types import ValueType
from redisspec.source.nodes import MappingNode, Node, ScalarNode
from redisspec.spec.durations import format_duration, parse_duration
from redisspec.spec.expectations import parse_expectation
from redisspec.spec.grammar import GrammarError, quoted
from redisspec.spec.lowering.caches import lower_cache
from redisspec.spec.lowering.context import Context
from redisspec.spec.lowering.entries import NOUNS, Entry, Spans, read_entry
from redisspec.spec.lowering.lifetimes import Defaults, lower_lifetime
from redisspec.spec.lowering.records import lower_own_fields
from redisspec.spec.lowering.sessions import check_session, session_key, session_pattern
from redisspec.spec.names import POLICY_EXPORTS, check_name, policy_class
from redisspec.spec.rates import Rate, parse_rate
from redisspec.spec.sizes import parse_size


class Section(NamedTuple):
    """One section of policies: its kind, and the key that names what it holds."""

    kind: PolicyKind
    holds: str | None


SECTIONS: Final[dict[str, Section]] = {
    "caches": Section("cache", "value"),
    "rate_limits": Section("rate_limit", None),
    "locks": Section("lock", None),
    "sessions": Section("session", None),
    "queues": Section("queue", "message"),
    "channels": Section("channel", "message"),
    "idempotency": Section("idempotency", "result"),
}

_DURATIONS: Final = (
    "negative_ttl", "stale", "lease", "wait", "idle", "absolute", "keep", "deduplicate",
    "local_deny",
)  # fmt: skip
_WORDS: Final = (
    "stampede", "algorithm", "on_redis_down", "clock", "kind", "renew", "delivery",
)  # fmt: skip
_NUMBERS: Final = ("concurrent", "permits", "max_per_user", "max_length", "max_attempts")
_INNER: Final = {
    "near": ("max_items", "max_age"),
    "backoff": ("from", "to"),
    "dead_letter": ("max_length", "ttl"),
}
_ADDING: Final = ("cache", "rate_limit", "lock")
"""The kinds that add keys in the slot of their own."""
MOST_PERMITS: Final = 10_000
"""How many may hold a semaphore: each release wakes as many as there are free permits, in one step."""
SHORTEST_LOCK_MS: Final = 100
"""How long a lock is held at the least: a request, its reply and a margin fit in well."""


def lower_policy(
    context: Context, defaults: Defaults, section: str, name: ScalarNode, node: Node
) -> Policy | None:
    """One policy, its mistakes reported; None where its key cannot be read."""
    kind, holds = SECTIONS[section]
    known = context.claim(name, NOUNS[kind])
    entry = read_entry(context.report, kind, name.text, name, node)
    if entry is None:
        return None
    context.claim_class(policy_class(kind, name.text), f"{NOUNS[kind]} `{name.text}`", name)
    if kind not in context.kinds:
        context.kinds.add(kind)
        for made in POLICY_EXPORTS.get(kind, ()):
            context.claim_class(made, f"`{section}`", name)
    pattern, sound = _pattern(context, kind, entry)
    value = context.type(entry.values[holds]) if holds and holds in entry.values else None
    expires = "ttl" in entry.values and kind in {"cache", "queue"}
    lifetime = None
    if kind == "cache" or expires:
        lifetime = lower_lifetime(context, entry, defaults)
    elif kind == "lock" and entry.text("ttl") != "never":
        lifetime = lower_lifetime(context, entry, Defaults())
    settings = _settings(context, entry)
    _check(context, kind, entry, settings)
    if kind == "rate_limit" and pattern is not None:
        _check_lists(context, entry, pattern)
    if kind == "cache":
        settings |= lower_cache(context, entry, pattern, value, lifetime)
    if not (known and sound):
        return None
    return Policy(
        kind=kind,
        name=name.text,
        namespace=context.namespace,
        pattern=pattern,
        lifetime=lifetime,
        value=value,
        server=context.server(entry),
        doc=entry.text("doc"),
        settings=settings,
        span=name.span,
        spans=Spans(entry.node),
    )


def _pattern(context: Context, kind: PolicyKind, entry: Entry) -> tuple[KeyPattern | None, bool]:
    """The pattern of a policy's keys, where it is known, and whether its key could be read."""
    node = entry.scalar("key")
    if node is not None:
        pattern = context.key(node)
        if pattern is not None and kind in _ADDING and not may_have_keys_beside(pattern):
            context.report.error(
                node,
                "with this `}` the keys that are added beside this one would lie in another slot",
                "use another character, or mark a hash tag: `{<user_id:int>}`",
            )
        if kind == "session" and pattern is not None:
            return session_key(context, node, pattern)
        # Channels are no keys: they meet nothing.
        return (None if kind == "channel" else pattern), pattern is not None
    if "key" in entry.wrong:
        return None, False
    if kind == "queue":
        return KeyPattern((Literal(f"{context.namespace}:{entry.name}"),)), True
    if kind == "session":
        return session_pattern(f"{context.namespace}:{entry.name}"), True
    return None, True


def _settings(context: Context, entry: Entry) -> dict[str, object]:
    """The settings as values: durations in milliseconds under `<name>_ms`, types as types."""
    found: dict[str, object] = {}
    for word in _DURATIONS:
        _put(found, f"{word}_ms", context.parse(entry.scalar(word), parse_duration))
    for word in _WORDS:
        _put(found, word, entry.text(word))
    for word in _NUMBERS:
        _put(found, word, entry.whole(word))
    _put(found, "fencing", entry.flag("fencing"))
    _put(found, "expect", context.parse(entry.scalar("expect"), parse_expectation))
    for word in ("max_bytes", "compress_above"):
        _put(found, word, context.parse(entry.scalar(word), parse_size))
    for word in ("user", "params"):
        node = entry.mapping(word)
        if node is not None:
            found[word] = lower_parameters(context, node)
    if "fields" in entry.values:
        found["fields"] = lower_own_fields(context, entry)
    for word in ("allow", "deny"):
        if word in entry.values:
            found[word] = tuple(node.text for node in entry.items(word))
    if "limits" in entry.values:
        rates = (context.parse(node, parse_rate) for node in entry.items("limits"))
        found["limits"] = tuple(rate for rate in rates if rate is not None)
    for word, inner in _INNER.items():
        node = entry.mapping(word)
        if node is not None:
            found[word] = _inner(context, node, inner)
    return found


def _put(found: dict[str, object], key: str, value: object) -> None:
    if value is not None:
        found[key] = value


def _inner(context: Context, node: MappingNode, words: tuple[str, ...]) -> dict[str, object]:
    found: dict[str, object] = {}
    for word in words:
        value = node.get(word)
        if not isinstance(value, ScalarNode):
            continue
        if word in {"max_items", "max_length"}:
            found[word] = value.value
        else:
            _put(found, f"{word}_ms", context.parse(value, parse_duration))
    return found


def lower_parameters(context: Context, node: MappingNode) -> dict[str, ValueType]:
    """Named parameters with their types."""
    found: dict[str, ValueType] = {}
    for key, value in node.entries:
        try:
            check_name(key.text, "parameter")
        except GrammarError as error:
            context.report.grammar(key, error)
        found[key.text] = context.type(value)
    return found


def _check(context: Context, kind: PolicyKind, entry: Entry, settings: dict[str, object]) -> None:
    check = _CHECKS.get(kind)
    if check is not None:
        check(context, entry, settings)


def _check_rate_limit(context: Context, entry: Entry, settings: dict[str, object]) -> None:
    written = entry.values.keys() | entry.wrong
    if entry.text("algorithm") == "concurrency":
        _check_concurrency(context, entry, settings)
        return
    if "limits" not in written:
        context.report.error(
            entry.owner,
            f"rate limit `{entry.name}` has no `limits`",
            "write them such as `limits: [100/s burst 200]`",
        )
    for word in ("concurrent", "lease"):
        if word in entry.values and "algorithm" not in entry.wrong:
            context.report.error(
                entry.place(word),
                f"`{word}` belongs to `algorithm: concurrency`",
                f"write that algorithm, or drop `{word}`",
            )
    _check_rates(context, entry)
    if "limits" in entry.values and not entry.items("limits") and "limits" not in entry.wrong:
        context.report.error(
            entry.place("limits"), "`limits` names none", "write one such as `[100/s burst 200]`"
        )


def _check_concurrency(context: Context, entry: Entry, settings: dict[str, object]) -> None:
    if "limits" in entry.values:
        context.report.error(
            entry.place("limits"),
            "`limits` are rates, and `algorithm: concurrency` counts what goes on at once",
            "write `concurrent: 10` and `lease: 30s` instead",
        )
    for word, example in (("concurrent", "10"), ("lease", "30s")):
        if word not in entry.values.keys() | entry.wrong:
            context.report.error(
                entry.values["algorithm"],
                f"`concurrency` needs `{word}`",
                f"write `{word}: {example}` beside it",
            )


def _check_rates(context: Context, entry: Entry) -> None:
    """What an algorithm cannot count: a burst in windows, two limits over one time."""
    algorithm = entry.text("algorithm")
    if algorithm in {None, "gcra", "token_bucket"}:
        return
    periods: dict[int, ScalarNode] = {}
    for node in entry.items("limits"):
        try:
            rate = parse_rate(node.text)
        except GrammarError:
            continue
        if rate.burst != rate.amount:
            context.report.error(
                node,
                f"`{algorithm}` counts within a time, and knows no `burst`",
                f"write `{Rate(rate.amount, rate.period_ms, rate.amount)}`, or `algorithm: gcra`",
            )
        if algorithm == "sliding_window" and rate.grain > 1:
            context.report.error(
                node,
                f"`{node.text}` is too large for `sliding_window` to be counted exactly",
                "write a shorter period, or `algorithm: gcra`",
            )
        first = periods.setdefault(rate.period_ms, node)
        if first is not node:
            context.report.error(
                node,
                f"`{first.text}` counts the same time already: the smaller of them decides alone",
                "keep one of them",
            )


def _check_lists(context: Context, entry: Entry, pattern: KeyPattern) -> None:
    for word in ("allow", "deny"):
        for node in entry.items(word):
            if pattern.match(f"{context.namespace}:{node.text}") is None:
                shown = pattern.text.removeprefix(f"{context.namespace}:")
                context.report.error(
                    node,
                    f"{quoted(node.text)} is no key of `{entry.name}`, whose keys are `{shown}`",
                    "write whole keys without the namespace, their parameters filled in",
                )
    admitted = {node.text for node in entry.items("allow")}
    for node in entry.items("deny"):
        if node.text in admitted:
            context.report.error(
                node,
                f"{quoted(node.text)} stands under `allow` too",
                "keep it in one of the two",
            )


def _check_lock(context: Context, entry: Entry, settings: dict[str, object]) -> None:
    _check_lock_ttl(context, entry)
    semaphore = entry.text("kind") == "semaphore"
    if semaphore and not {"permits"} & (entry.values.keys() | entry.wrong):
        context.report.error(
            entry.values["kind"], "a semaphore has no `permits`", "write `permits: 10` beside it"
        )
    if "permits" in entry.values and not semaphore and "kind" not in entry.wrong:
        context.report.error(
            entry.place("permits"), "`permits` belongs to `kind: semaphore`", "write that kind, or "
            "drop `permits`",
        )  # fmt: skip

    permits = settings.get("permits")
    if isinstance(permits, int) and permits > MOST_PERMITS:
        context.report.error(
            entry.place("permits"),
            f"a semaphore of {permits:_} permits keeps the server busy with each release",
            f"write at most `{MOST_PERMITS:_}`, or a rate limit with `algorithm: concurrency`, for which nobody waits",
        )
    if semaphore and settings.get("fencing") is True:
        context.report.error(
            entry.place("fencing"),
            "a semaphore has several holders at a time: no fence can put them in order",
            "drop `fencing`, or write `kind: mutex`",
        )


def _check_lock_ttl(context: Context, entry: Entry) -> None:
    node = entry.scalar("ttl")
    if node is None:
        return
    if node.text == "never":
        context.report.error(
            node,
            "a lock that never ends is held for ever once its holder died",
            "write how long a holder has it without renewing, such as `ttl: 30s`, and `renew: auto` "
            "where the work may take longer",
        )
        return
    try:
        ttl_ms = parse_duration(node.text)
    except GrammarError:
        return
    if 0 < ttl_ms < SHORTEST_LOCK_MS:
        context.report.error(
            node,
            f"a lock of `{node.text}` may be over before its holder hears that it has it",
            f"write at least `{format_duration(SHORTEST_LOCK_MS)}`",
        )


def _check_queue(context: Context, entry: Entry, settings: dict[str, object]) -> None:
    backoff = settings.get("backoff")
    node = entry.mapping("backoff")
    if not isinstance(backoff, dict) or node is None:
        return
    first, last = backoff.get("from_ms"), backoff.get("to_ms")
    if isinstance(first, int) and isinstance(last, int) and last < first:
        context.report.error(
            node.get("to") or node,
            f"`to` is shorter than `from` ({format_duration(first)})",
            f"write at least `{format_duration(first)}`",
        )


def _check_idempotency(context: Context, entry: Entry, settings: dict[str, object]) -> None:
    keep, lease = settings.get("keep_ms"), settings.get("lease_ms")
    if isinstance(keep, int) and isinstance(lease, int) and keep < lease:
        context.report.error(
            entry.values["keep"],
            f"`keep` is shorter than the `lease` ({format_duration(lease)}): a result would be "
            "forgotten while it is made",
            f"write at least `{format_duration(lease)}`",
        )


_CHECKS: Final[dict[PolicyKind, Callable[[Context, Entry, dict[str, object]], None]]] = {
    "rate_limit": _check_rate_limit,
    "lock": _check_lock,
    "session": check_session,
    "queue": _check_queue,
    "idempotency": _check_idempotency,
}
