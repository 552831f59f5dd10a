"""What each algorithm of a rate limit is: exact, over rational numbers, with the time handed in.

A model answers as the scripts do: [1 or 0, then for each limit: left, microseconds to wait, microseconds to
nothing counted]. `ttl_ms` is what the key must be given after a call that wrote, None where it must not be written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple, TypeAlias


class Rate(NamedTuple):
    amount: int
    period_us: int
    burst: int


@dataclass
class _Limits:
    """`declared` are the limits; a call's own are as many, each within them."""

    declared: Sequence[Rate]
    ttl_ms: int | None = None


def _ms(us: int) -> int:
    return max(1, ceil(Fraction(us, 1000)))


@dataclass
class Gcra(_Limits):
    """A debt in tokens that falls by `amount` in a period."""

    state: dict[int, tuple[Fraction, int]] = field(default_factory=dict)

    def _debts(self, now: int, rates: Sequence[Rate]) -> list[Fraction]:
        found = []
        for at, rate in enumerate(rates):
            debt, last = self.state.get(at, (Fraction(0), 0))
            leaked = Fraction((now - last) * rate.amount, rate.period_us)
            found.append(debt if leaked < 0 else max(Fraction(0), debt - leaked))
        return found

    def _answer(
        self, debts: list[Fraction], cost: int, rates: Sequence[Rate], taking: bool
    ) -> list[int]:
        over = [debt + cost - rate.burst for debt, rate in zip(debts, rates, strict=True)]
        admitted = max(over) <= 0
        reply = [int(admitted)]
        for debt, rate, more in zip(debts, rates, over, strict=True):
            after = debt + cost if taking and admitted else debt
            drain = Fraction(rate.period_us, rate.amount)
            wait = ceil(max(Fraction(0), more) * drain)
            reply += [max(0, floor(rate.burst - after)), wait, ceil(after * drain)]
        return reply

    def take(self, now: int, cost: int, rates: Sequence[Rate], request: str) -> list[int]:
        debts = self._debts(now, rates)
        reply = self._answer(debts, cost, rates, True)
        wrote = False
        for at, debt in enumerate(debts):
            ahead = debt > 0 and self.state.get(at, (0, 0))[1] > now
            if reply[0] or ahead:
                self.state[at] = (debt + cost if reply[0] else debt, now)
                wrote = True
        self.ttl_ms = _ms(max(reply[3::3])) if wrote else None
        return reply

    def peek(self, now: int, cost: int, rates: Sequence[Rate]) -> list[int]:
        return self._answer(self._debts(now, rates), cost, rates, False)

    def refund(self, now: int, cost: int, rates: Sequence[Rate], request: str) -> None:
        for at, debt in enumerate(self._debts(now, rates)):
            self.state[at] = (max(Fraction(0), debt - cost), now)


@dataclass
class Windows(_Limits):
    """Counts of windows that are cut at multiples of the period: (number, count, count before)."""

    sliding: bool = False
    state: dict[int, tuple[int, int, int]] = field(default_factory=dict)

    def _counts(self, now: int, rates: Sequence[Rate]) -> list[tuple[int, int, int]]:
        found = []
        for at, rate in enumerate(rates):
            number, count, before = self.state.get(at, (0, 0, 0))
            here = now // rate.period_us
            if here == number + 1:
                count, before = 0, count
            elif here > number:
                count, before = 0, 0
            found.append((here, count, before))
        return found

    def _passes(
        self, at_us: int, here: int, count: int, before: int, cost: int, rate: Rate
    ) -> bool:
        """Whether a call would pass at a time of this window or a later one, nothing else coming."""
        later = at_us // rate.period_us
        if later == here + 1:
            count, before = 0, count
        elif later > here:
            count, before = 0, 0
        if not self.sliding:
            return count + cost <= rate.amount
        share = Fraction((later + 1) * rate.period_us - at_us, rate.period_us)
        return count + before * share + cost <= rate.amount

    def _wait(self, now: int, state: tuple[int, int, int], cost: int, rate: Rate) -> int:
        low, high = now - 1, now + 2 * rate.period_us + 1
        while high - low > 1:  # once it would pass it keeps doing so
            middle = (low + high) // 2
            if self._passes(middle, *state, cost, rate):
                high = middle
            else:
                low = middle
        return high - now

    def _answer(
        self,
        now: int,
        counts: list[tuple[int, int, int]],
        cost: int,
        rates: Sequence[Rate],
        taking: bool,
    ) -> list[int]:
        waits = [
            self._wait(now, each, cost, rate) for each, rate in zip(counts, rates, strict=True)
        ]
        admitted = max(waits) == 0
        reply = [int(admitted)]
        for (here, count, before), rate, wait in zip(counts, rates, waits, strict=True):
            after = count + cost if taking and admitted else count
            rest = (here + 1) * rate.period_us - now
            share = before * Fraction(rest, rate.period_us) if self.sliding else 0
            reset = 0
            if after:
                reset = rest + (rate.period_us if self.sliding else 0)
            elif before and self.sliding:
                reset = rest
            reply += [max(0, floor(rate.amount - after - share)), wait, reset]
        return reply

    def take(self, now: int, cost: int, rates: Sequence[Rate], request: str) -> list[int]:
        counts = self._counts(now, rates)
        reply = self._answer(now, counts, cost, rates, True)
        wrote = False
        for at, (here, count, before) in enumerate(counts):
            ahead = count + before > 0 and self.state.get(at, (0, 0, 0))[0] > here
            if reply[0] or ahead:
                self.state[at] = (here, count + cost if reply[0] else count, before)
                wrote = True
        self.ttl_ms = _ms(max(reply[3::3])) if wrote else None
        return reply

    def peek(self, now: int, cost: int, rates: Sequence[Rate]) -> list[int]:
        return self._answer(now, self._counts(now, rates), cost, rates, False)

    def refund(self, now: int, cost: int, rates: Sequence[Rate], request: str) -> None:
        for at, (here, count, before) in enumerate(self._counts(now, rates)):
            self.state[at] = (here, max(0, count - cost), before)


@dataclass
class Log(_Limits):
    """Every admission of the longest period, with its time."""

    entries: list[tuple[int, str]] = field(default_factory=list)

    def _answer(
        self, now: int, times: list[int], cost: int, rates: Sequence[Rate], taken: int | None
    ) -> list[int]:
        reply = [1]
        for rate in rates:
            counted = sorted(time for time in times if time > now - rate.period_us)
            over = len(counted) + cost - rate.amount
            wait = counted[over - 1] + rate.period_us - now if over > 0 else 0
            reply[0] &= int(over <= 0)
            reply += [len(counted), wait, 0]
        add = reply[0] * cost if taken is None else taken
        newest = now if add else max(times, default=None)
        for at, rate in enumerate(rates):
            left = rate.amount - reply[3 * at + 1] - add
            reply[3 * at + 1] = max(0, left)
            if newest is not None:
                reply[3 * at + 3] = max(0, newest + rate.period_us - now)
        return reply

    def _times(self, now: int) -> list[int]:
        return [min(time, now) for time, _ in self.entries]

    def take(self, now: int, cost: int, rates: Sequence[Rate], request: str) -> list[int]:
        longest = max(rate.period_us for rate in self.declared)
        ahead = any(time > now for time, _ in self.entries)
        self.entries = [
            (min(time, now), name) for time, name in self.entries if time > now - longest
        ]
        if any(name == f"{request}:1" for _, name in self.entries):
            reply = self._answer(now, self._times(now), 0, rates, 0)
            reply[0] = 1
            self.ttl_ms = _ms(longest) if ahead else None
            return reply
        reply = self._answer(now, self._times(now), cost, rates, None)
        if reply[0]:
            self.entries += [(now, f"{request}:{at}") for at in range(1, cost + 1)]
        self.ttl_ms = _ms(longest) if reply[0] or ahead else None
        return reply

    def peek(self, now: int, cost: int, rates: Sequence[Rate]) -> list[int]:
        return self._answer(now, self._times(now), cost, rates, 0)

    def refund(self, now: int, cost: int, rates: Sequence[Rate], request: str) -> None:
        gone = {f"{request}:{at}" for at in range(1, cost + 1)}
        self.entries = [each for each in self.entries if each[1] not in gone]


Model: TypeAlias = Gcra | Windows | Log


@dataclass
class Leases:
    """Leases with their ends."""

    lease_us: int
    ends: dict[str, int] = field(default_factory=dict)

    def _live(self, now: int) -> dict[str, int]:
        latest = now + self.lease_us
        return {name: min(end, latest) for name, end in self.ends.items() if end > now}

    def take(self, now: int, name: str, most: int) -> list[int]:
        self.ends = self._live(now)
        admitted = name in self.ends or len(self.ends) < most
        wait = 0
        if admitted:
            self.ends[name] = now + self.lease_us
        else:
            wait = sorted(self.ends.values())[len(self.ends) - most] - now
        last = max(self.ends.values(), default=now)
        return [int(admitted), max(0, most - len(self.ends)), wait, last - now]

    def peek(self, now: int, most: int) -> list[int]:
        live = sorted(self._live(now).values())
        full = len(live) >= most
        wait = live[len(live) - most] - now if full else 0
        return [int(not full), max(0, most - len(live)), wait, (live[-1] if live else now) - now]

    def extend(self, now: int, name: str) -> int:
        if self.ends.get(name, 0) <= now:
            return 0
        self.ends[name] = now + self.lease_us
        return 1
