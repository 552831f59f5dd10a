"""Rate limits: what a call is answered, and what of it is worked out without a server."""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, Final, Literal, NamedTuple

from .errors import KeyParameterError, OutcomeUnknown, RedisSpecError, Unavailable
from .retry import Encodable, refuses_writes

Algorithm = Literal[
    "gcra", "fixed_window", "sliding_window", "sliding_log", "concurrency"
]
Fallback = Literal["allow", "deny", "raise"]

REQUEST_SECONDS: Final = 60
"""How long the id of an admitted request is remembered (the scripts know it too)."""
_REQUEST_LETTERS = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.~-"
)
_MOST_DENIALS = 10_000
_OUTAGE_US = 1_000_000
_LISTED_US = 3_600_000_000


class Limit(NamedTuple):
    """A limit of one call, within what is declared.

    `amount` in the declared period; `burst` at once, as many as `amount` where it is
    None.
    """

    amount: int
    burst: int | None = None


class Rate(NamedTuple):
    """A declared limit: `field` is where its state is kept, `text` how the spec has it.

    `name` is what headers call it, whatever its amount. `grain` divides period and
    amount where a debt would else be too large a number.
    """

    field: str
    name: str
    text: str
    amount: int
    period_us: int
    burst: int
    grain: int = 1


class Settings(NamedTuple):
    """What a declaration says. `shas` are the SHA-1s of take, peek and refund (or extend).

    Of a concurrency limit `rates` is one, whose period is the lease. `allow` and `deny`
    are keys without their prefix.
    """

    algorithm: Algorithm
    rates: tuple[Rate, ...]
    shas: tuple[str, ...]
    on_redis_down: Fallback = "raise"
    client_clock: bool = False
    local_deny: float = 0.0
    allow: frozenset[str] = frozenset()
    deny: frozenset[str] = frozenset()


class LimitState(NamedTuple):
    """How one of the limits stands: `api/m` by its `name`, `100/m` as the spec has it.

    `limit` is what it admits at once, `remaining` what is left of it, `retry_after`
    the seconds until the call would pass it (0 where it does), `reset_after` the
    seconds until all of it is there again. `window` is the seconds in which all of it
    comes back, None for a limit on what goes on at once.
    """

    name: str
    text: str
    limit: int
    remaining: int
    retry_after: float
    reset_after: float
    window: float | None


class RateLimited(RedisSpecError):
    """A call was denied; `decision` says by which limit, and for how long."""

    def __init__(self, decision: "Decision") -> None:
        super().__init__(decision)
        self.decision = decision

    def __str__(self) -> str:
        denied = self.decision.denied_by
        by = f" by {denied.text}" if denied else ""
        return f"denied{by}, retry after {self.decision.retry_after:.3f} s"


class Decision:
    """Whether a call is admitted, and how its limits stand. True where it is.

    `states` has one of each limit, in the order of the spec; `source` says who decided:
    the server, this process by a denial that it remembers, a list of the spec, or
    `on_redis_down`. `lease` is what a concurrency limit is released by.
    """

    __slots__ = ("allowed", "lease", "source", "states")

    def __init__(
        self,
        allowed: bool,
        states: Sequence[LimitState],
        source: Literal["server", "memory", "list", "fallback"] = "server",
        lease: str = "",
    ) -> None:
        self.allowed = allowed
        self.states = tuple(states)
        self.source = source
        self.lease = lease

    def __bool__(self) -> bool:
        return self.allowed

    def __repr__(self) -> str:
        verdict = "allowed" if self.allowed else "denied"
        return f"<Decision {verdict} by {self.source}: {self.state}>"

    @property
    def state(self) -> LimitState:
        """The limit to tell of: the one that denies longest, else the one nearest to it."""
        if not self.allowed:
            return max(self.states, key=lambda one: one.retry_after)
        return min(self.states, key=lambda one: one.remaining / one.limit)

    @property
    def denied_by(self) -> LimitState | None:
        """The limit that denies longest, None where the call is admitted."""
        return None if self.allowed else self.state

    @property
    def limit(self) -> int:
        """What the limit to tell of admits at once."""
        return self.state.limit

    @property
    def remaining(self) -> int:
        """What is left of it."""
        return self.state.remaining

    @property
    def retry_after(self) -> float:
        """The seconds after which the same call would be admitted; 0 where it is."""
        return 0.0 if self.allowed else self.state.retry_after

    @property
    def reset_after(self) -> float:
        """The seconds until all of it is there again."""
        return self.state.reset_after

    @property
    def headers(self) -> dict[str, str]:
        """RateLimit-Policy, RateLimit and, where it is denied, Retry-After.

        The first two after the IETF's draft "RateLimit header fields for HTTP". No two
        limits of a spec have one name, so headers of several decisions may be joined.
        """
        made = {
            "RateLimit-Policy": ", ".join(map(_policy, self.states)),
            "RateLimit": ", ".join(map(_standing, self.states)),
        }
        if not self.allowed:
            made["Retry-After"] = str(max(1, math.ceil(self.retry_after)))
        return made

    def raise_if_denied(self) -> None:
        """Raise RateLimited where the call is denied."""
        if not self.allowed:
            raise RateLimited(self)


def _policy(state: LimitState) -> str:
    text = f'"{state.name}";q={state.limit}'
    if state.window is None:
        return f'{text};qu="concurrent-requests"'
    # The draft has whole seconds only.
    return f"{text};w={state.window:.0f}" if state.window.is_integer() else text


def _standing(state: LimitState) -> str:
    return f'"{state.name}";r={state.remaining};t={math.ceil(state.reset_after)}'


class Call(NamedTuple):
    """A call that has been checked: its cost, its rates, its request id (or nothing)."""

    cost: int
    rates: tuple[Rate, ...]
    request: str

    @property
    def scope(self) -> tuple[tuple[int, int], ...]:
        """What of its limits decides a denial."""
        return tuple((rate.amount, rate.burst) for rate in self.rates)


def checked(
    settings: Settings,
    cost: int,
    limits: Sequence[Limit | None] | None,
    request: str | None,
) -> Call:
    """The call; ValueError for one that could never be admitted, or asks for too much."""
    if type(cost) is not int or cost < 1:
        raise ValueError(f"cost: expected a whole number of at least 1, got {cost!r}")
    rates = settings.rates if limits is None else _within(settings.rates, limits)
    for rate in rates:
        if cost > rate.burst:
            raise ValueError(
                f"cost: {cost} can never be admitted, {rate.text} admits {rate.burst} at once"
            )
    if request is not None and not _is_request_id(request):
        name = "lease" if settings.algorithm == "concurrency" else "request_id"
        raise KeyParameterError(name, request, "1 to 64 of A-Z a-z 0-9 _ . ~ -")
    return Call(cost, rates, request or "")


def _is_request_id(given: object) -> bool:
    return (
        isinstance(given, str)
        and 1 <= len(given) <= 64
        and _REQUEST_LETTERS.issuperset(given)
    )


def _within(
    declared: tuple[Rate, ...], limits: Sequence[Limit | None]
) -> tuple[Rate, ...]:
    if len(limits) != len(declared):
        raise ValueError(f"limits: expected a list of {len(declared)}, got {limits!r}")
    return tuple(map(_lowered, declared, limits))


def _lowered(rate: Rate, limit: object) -> Rate:
    match limit:
        case None:
            return rate
        case Limit(int() as amount, int() | None as burst) if bool not in {
            type(amount),
            type(burst),
        }:
            pass
        case _:
            raise ValueError(f"limits: expected Limits of whole numbers, got {limit!r}")
    burst = min(amount, rate.burst) if burst is None else burst
    if not 1 <= amount <= rate.amount or not 1 <= burst <= rate.burst:
        raise ValueError(f"limits: {limit} is not within the declared {rate.text}")
    if amount % rate.grain:
        raise ValueError(f"limits: {limit} is no multiple of {rate.grain} a period")
    return rate._replace(amount=amount, burst=burst)


def now_us(settings: Settings) -> int:
    """The time to send: 0 lets the server take its own."""
    return time.time_ns() // 1_000 if settings.client_clock else 0


def arguments(settings: Settings, call: Call) -> list[Encodable]:
    """ARGV of take and peek."""
    found: list[Encodable] = [now_us(settings)]
    if settings.algorithm == "concurrency":
        (rate,) = call.rates
        return [*found, call.request, rate.period_us, rate.amount]
    found.append(call.cost)
    if settings.algorithm == "sliding_log":
        longest = max(rate.period_us for rate in settings.rates)
        found += (call.request, longest)
        for rate in call.rates:
            found += (rate.period_us, rate.amount)
        return found
    for rate in call.rates:
        if settings.algorithm == "gcra":
            weight, leak = rate.period_us // rate.grain, rate.amount // rate.grain
            found += (rate.field, weight, leak, rate.burst)
        else:
            found += (rate.field, rate.period_us, rate.amount)
    return found


def decided(settings: Settings, call: Call, reply: Any) -> Decision:
    """The decision that a script's reply is."""
    allowed = int(reply[0]) == 1
    states: list[LimitState] = []
    for at, rate in enumerate(call.rates):
        left, wait, reset = map(int, reply[3 * at + 1 : 3 * at + 4])
        states.append(
            _state(settings, rate, left, 0 if allowed else wait, max(0, reset))
        )
    lease = call.request if allowed and settings.algorithm == "concurrency" else ""
    return Decision(allowed, states, "server", lease)


def _state(
    settings: Settings, rate: Rate, left: int, wait: int, reset: int
) -> LimitState:
    window: float | None = rate.period_us / 1e6
    limit = rate.amount
    if settings.algorithm == "gcra":
        limit = rate.burst
        window = rate.burst * rate.period_us / rate.amount / 1e6
    elif settings.algorithm == "concurrency":
        window = None
    return LimitState(
        rate.name, rate.text, limit, left, wait / 1e6, reset / 1e6, window
    )


def listed(settings: Settings, key: str, lease: str = "") -> Decision | None:
    """The decision for a key (without its prefix) on one of the spec's lists."""
    allowed = key in settings.allow
    if not allowed and key not in settings.deny:
        return None
    wait = 0 if allowed else _LISTED_US
    states = [
        _state(settings, rate, rate.burst if allowed else 0, wait, wait)
        for rate in settings.rates
    ]
    return Decision(allowed, states, "list", lease if allowed else "")


class Outage:
    """Decides by `on_redis_down` while the server cannot be asked.

    After a call that could not be made none asks for a second: a crowd does not wait for
    its deadline one by one.
    """

    __slots__ = ("_settings", "_until")

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._until = 0.0

    def decision(self, call: Call) -> Decision | None:
        """The decision while an outage lasts; None where the server is to be asked."""
        return self._made(call) if time.monotonic() < self._until else None

    def begun(self, call: Call, error: Exception) -> Decision | None:
        """The decision for a call that failed; None where the error is to be raised."""
        if self._settings.on_redis_down == "raise":
            return None
        if not (
            isinstance(error, (Unavailable, OutcomeUnknown)) or refuses_writes(error)
        ):
            return None
        self._until = time.monotonic() + _OUTAGE_US / 1e6
        return self._made(call)

    def _made(self, call: Call) -> Decision:
        settings = self._settings
        allowed = settings.on_redis_down == "allow"
        wait = 0 if allowed else _OUTAGE_US
        states = [_state(settings, rate, 0, wait, wait) for rate in call.rates]
        lease = call.request if settings.algorithm == "concurrency" else ""
        return Decision(allowed, states, "fallback", lease if allowed else "")


class Denials:
    """The denials that a process remembers, so that a denied crowd costs the server nothing.

    One is remembered until the call could pass, and never longer than `seconds`: so long
    may a reset, a refund or a raised limit go unseen.
    """

    __slots__ = ("_found", "_lock", "_seconds")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._found: OrderedDict[
            tuple[str, tuple[tuple[int, int], ...]], tuple[int, float, float, Decision]
        ] = OrderedDict()

    def of(self, key: str, call: Call) -> Decision | None:
        """A decision by what is remembered: a denial of this cost, or of a smaller one."""
        if not self._seconds:
            return None
        at = (key, call.scope)
        found = self._found.get(at)
        if found is None:
            return None
        cost, since, until, decision = found
        now = time.monotonic()
        if now >= until:
            with self._lock:
                self._found.pop(at, None)
            return None
        if call.cost < cost:
            return None
        gone = now - since
        states = [
            state._replace(
                retry_after=max(0.0, state.retry_after - gone),
                reset_after=max(0.0, state.reset_after - gone),
            )
            for state in decision.states
        ]
        return Decision(False, states, "memory")

    def note(self, key: str, call: Call, decision: Decision, asked: float) -> None:
        """Remember a denial; `asked` is the monotonic time before the call was sent."""
        if not self._seconds or decision.allowed or decision.source != "server":
            return
        until = asked + min(self._seconds, decision.retry_after)
        at = (key, call.scope)
        with self._lock:
            self._found[at] = (call.cost, asked, until, decision)
            self._found.move_to_end(at)
            if len(self._found) > _MOST_DENIALS:
                self._found.popitem(last=False)

    def forget(self, key: str) -> None:
        """Forget what was denied to a key."""
        if self._seconds:
            with self._lock:
                for at in [at for at in self._found if at[0] == key]:
                    del self._found[at]
