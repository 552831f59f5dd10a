"""Rate limits: a key a subject, whose state is a hash of all limits or a sorted set of what was admitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from redisspec.ir.keypattern import Literal, Parameter, ParameterType
from redisspec.ir.model import AddedKey, Lifetime, Policy, Server, StructureName
from redisspec.patterns.model import Lowered, Step, Touch, added_key

REQUEST_MS: Final = 60_000
"""How long an admitted request id is noted; the scripts write it so."""

REQUEST: Final = "request"


@dataclass(frozen=True, slots=True)
class DeclaredRate:
    """A limit as it is counted: `field` is where a hash keeps its state, `grain` see spec/rates.py.

    `name` is unlike that of any other limit of the spec, and stays where an amount changes.
    """

    field: str
    name: str
    text: str
    amount: int
    period_us: int
    burst: int
    grain: int = 1


def algorithm_of(policy: Policy) -> str:
    """The algorithm, `token_bucket` by the name of what it is."""
    named = policy.settings.get("algorithm", "gcra")
    return "gcra" if named == "token_bucket" else str(named)


def rates_of(policy: Policy) -> tuple[DeclaredRate, ...]:
    """The declared limits; of a concurrency limit one, whose period is the lease."""
    settings = policy.settings
    if algorithm_of(policy) == "concurrency":
        most, lease = _whole(settings.get("concurrent")), _whole(settings.get("lease_ms"))
        return (DeclaredRate("", policy.name, f"{most} at once", most, lease * 1_000, most),)
    # A spec with mistakes is lowered as well, so that its keys are checked.
    limits = settings.get("limits")
    if not isinstance(limits, tuple):
        return ()
    found: list[DeclaredRate] = []
    seen: dict[int, int] = {}
    named: dict[str, int] = {}
    for rate in limits:
        # By what a token weighs in a debt: a new amount goes on with the old state.
        period = rate.period_ms * 1_000
        weight = period // rate.grain
        seen[weight] = seen.get(weight, 0) + 1
        field = f"{weight}" if seen[weight] == 1 else f"{weight}.{seen[weight]}"
        named[rate.period] = named.get(rate.period, 0) + 1
        name = f"{policy.name}/{rate.period}"
        if named[rate.period] > 1:
            name += f".{named[rate.period]}"
        found.append(
            DeclaredRate(field, name, str(rate), rate.amount, period, rate.burst, rate.grain)
        )
    return tuple(found)


def lower(policy: Policy, server: Server) -> Lowered:
    """The keys and steps of a rate limit."""
    algorithm = algorithm_of(policy)
    structure: StructureName = "hash"
    keys: tuple[AddedKey, ...] = ()
    if algorithm in {"sliding_log", "concurrency"}:
        structure = "sorted_set"
    elif policy.pattern is not None:
        keys = (_request(policy),)
    return Lowered(policy, _STEPS[algorithm], keys, structure, Lifetime(_longest_ms(policy), True))


def _request(policy: Policy) -> AddedKey:
    assert policy.pattern is not None
    name = "request_id"
    while name in {parameter.name for parameter in policy.pattern.parameters}:
        name += "_"
    return added_key(
        policy,
        REQUEST,
        "string",
        Lifetime(REQUEST_MS, True),
        "What an admitted request was answered, so that it counts once.",
        Literal(":"),
        Parameter(name, ParameterType("encoded")),
    )


def _longest_ms(policy: Policy) -> int:
    """How long a key lives at most after a write."""
    rates = rates_of(policy)
    if not rates:
        return 1
    match algorithm_of(policy):
        case "gcra":
            longest = max(-(-rate.burst * rate.period_us // rate.amount) for rate in rates)
        case "sliding_window":
            longest = 2 * max(rate.period_us for rate in rates)
        case _:
            longest = max(rate.period_us for rate in rates)
    return -(-longest // 1_000)


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 1


def _hash_steps(algorithm: str) -> tuple[Step, ...]:
    read, written, expired = Touch("HMGET"), Touch("HSET"), Touch("PEXPIRE")
    noted = (Touch("GET", REQUEST), Touch("SET", REQUEST))
    script = f"rate_limit_{algorithm}"
    return (
        Step(
            "take",
            (read, written, expired, *noted),
            "never",
            f"{script}_take",
            ("", REQUEST),
        ),
        Step("peek", (read,), "safe", f"{script}_peek"),
        Step("refund", (read, written, expired, Touch("DEL")), "never", f"{script}_refund"),
        Step("reset", (Touch("DEL"),), "never"),
    )


_LOG_READ: Final = (Touch("ZRANGE"), Touch("ZCARD"), Touch("ZCOUNT"))
_STEPS: Final[dict[str, tuple[Step, ...]]] = {
    **{each: _hash_steps(each) for each in ("gcra", "fixed_window", "sliding_window")},
    "sliding_log": (
        Step(
            "take",
            (
                *_LOG_READ,
                Touch("ZSCORE"),
                Touch("ZADD"),
                Touch("ZREMRANGEBYSCORE"),
                Touch("PEXPIRE"),
            ),
            "token",
            "rate_limit_sliding_log_take",
        ),
        Step("peek", _LOG_READ, "safe", "rate_limit_sliding_log_peek"),
        Step(
            "refund",
            (Touch("ZREMRANGEBYRANK"), Touch("ZREM")),
            "never",
            "rate_limit_sliding_log_refund",
        ),
        Step("reset", (Touch("DEL"),), "never"),
    ),
    "concurrency": (
        Step(
            "take",
            (
                Touch("ZRANGE"),
                Touch("ZCARD"),
                Touch("ZSCORE"),
                Touch("ZADD"),
                Touch("ZREMRANGEBYSCORE"),
                Touch("PEXPIRE"),
            ),
            "token",
            "rate_limit_concurrency_take",
        ),
        Step("peek", (Touch("ZRANGE"), Touch("ZCOUNT")), "safe", "rate_limit_concurrency_peek"),
        Step(
            "extend",
            (Touch("ZSCORE"), Touch("ZADD"), Touch("ZRANGE"), Touch("PEXPIRE")),
            "token",
            "rate_limit_concurrency_extend",
        ),
        Step("release", (Touch("ZREM"),), "token"),
        Step("reset", (Touch("DEL"),), "never"),
    ),
}
