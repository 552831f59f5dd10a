"""Sorted sets: scores by bytes; equal scores are in the order of their bytes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from tests.operations.model.errors import ArithmeticFault
from tests.operations.model.structure import Structure

Scored = list[tuple[Any, float]]


class SortedSet(Structure):
    @property
    def _held(self) -> dict[bytes, float]:
        return self.value or {}

    def _order(self) -> list[tuple[bytes, float]]:
        """The lowest first."""
        return sorted(self._held.items(), key=lambda pair: (pair[1], pair[0]))

    def _shown(self, pairs: list[tuple[bytes, float]]) -> Scored:
        return [(self.back(raw), score) for raw, score in pairs]

    def add(
        self,
        member: Any,
        score: float,
        *,
        only_if_greater: bool = False,
        only_if_less: bool = False,
        only_if_absent: bool = False,
        only_if_present: bool = False,
        ttl: Any = None,
    ) -> bool:
        raw = self.of(member)
        now = self._held.get(raw)
        if now is None and not only_if_present:
            self.refuse_beyond(len(self._held) + 1)
        if now is None:
            may = not only_if_present
        else:
            may = not (
                only_if_absent
                or (only_if_greater and not score > now)
                or (only_if_less and not score < now)
            )
        return self._write({raw: score} if may else {}, ttl) == 1

    def add_many(self, scores: Mapping[Any, float], *, ttl: Any = None) -> int:
        raw = {self.of(member): score for member, score in scores.items()}
        self.refuse_beyond(len(raw.keys() | self._held.keys()))
        return self._write(raw, ttl)

    def increment(self, member: Any, by: float = 1.0, *, ttl: Any = None) -> float:
        raw = self.of(member)
        if raw not in self._held:
            self.refuse_beyond(len(self._held) + 1)
        score = self._held.get(raw, 0.0) + by
        if math.isnan(score):
            raise ArithmeticFault("nan")
        self._write({raw: score}, ttl)
        return score

    def _write(self, scores: dict[bytes, float], ttl: Any) -> int:
        """How many were added or changed; the trim looks only at what stands there after it."""
        held = dict(self._held)
        changed = 0
        for raw, score in scores.items():
            changed += held.get(raw) != score
            held[raw] = float(score)
        if held:
            self.store(held)
        if self.trims and self.most is not None and len(held) > self.most:
            self.store(dict(self._order()[-self.most :]))
        self.wrote(ttl)
        return changed

    def remove(self, *members: Any) -> int:
        return self._remove({self.of(member) for member in members} & self._held.keys())

    def _remove(self, gone: set[bytes]) -> int:
        if gone:
            self.store({raw: score for raw, score in self._held.items() if raw not in gone})
            self.drop_if_empty()
        return len(gone)

    def remove_by_score(self, *, lowest: float = -math.inf, highest: float = math.inf) -> int:
        return self._remove(
            {raw for raw, score in self._held.items() if lowest <= score <= highest}
        )

    def pop_lowest(self, count: int = 1) -> Scored:
        taken = self._order()[:count]
        self._remove({raw for raw, _ in taken})
        return self._shown(taken)

    def pop_highest(self, count: int = 1) -> Scored:
        taken = self._order()[::-1][:count]
        self._remove({raw for raw, _ in taken})
        return self._shown(taken)

    def score(self, member: Any) -> float | None:
        self.read()
        return self._held.get(self.of(member))

    def rank(self, member: Any) -> int | None:
        self.read()
        places = [raw for raw, _ in reversed(self._order())]
        raw = self.of(member)
        return places.index(raw) if raw in places else None

    def top(self, count: int) -> Scored:
        return self.page(0, count)

    def page(self, start: int, count: int) -> Scored:
        self.read()
        return self._shown(self._order()[::-1][start : start + max(count, 0)])

    def around(self, member: Any, distance: int = 5) -> Scored:
        raw = self.of(member)
        if raw not in self._held:
            return []
        self.read()
        order = self._order()[::-1]
        place = [one for one, _ in order].index(raw)
        start = max(0, min(place - distance, len(order) - 2 * distance - 1))
        return self._shown(order[start : start + 2 * distance + 1])

    def range_by_score(
        self,
        *,
        lowest: float = -math.inf,
        highest: float = math.inf,
        count: int | None = None,
    ) -> Scored:
        self.read()
        found = [pair for pair in self._order() if lowest <= pair[1] <= highest]
        return self._shown(found if count is None or count < 0 else found[:count])

    def count_by_score(self, *, lowest: float = -math.inf, highest: float = math.inf) -> int:
        self.read()
        return sum(lowest <= score <= highest for score in self._held.values())

    def size(self) -> int:
        self.read()
        return len(self._held)
