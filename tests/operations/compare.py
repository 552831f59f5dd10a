"""Whether what a server and its package gave is what the model says: IDs by their order, the time loosely."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from redisspec.ir.types import ValueType
from redisspec.runtime.errors import DecodeError
from tests.operations.model.data import Near, Record
from tests.operations.model.encoding import decode
from tests.operations.model.stream import NEW

SLACK = timedelta(seconds=2)
"""Beside the time since the start: between the clocks, and for what a reply of `ttl` waits."""


@dataclass
class Comparison:
    """One run. Times from its start to now are all the same; new IDs are learnt in pairs."""

    started: datetime
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def slack_ms(self) -> float:
        """How far a TTL may have run down."""
        return (datetime.now(UTC) - self.started + SLACK) / timedelta(milliseconds=1)

    def same(self, real: Any, model: Any) -> bool:
        """Whether a reply is what the model answers; of the same types all through."""
        if isinstance(model, Record):
            names = getattr(type(real), "__match_args__", ())
            return tuple(names) == tuple(model.fields) and all(
                self.same(getattr(real, name), model.fields[name]) for name in names
            )
        if isinstance(model, datetime):
            return isinstance(real, datetime) and (real == model or self._both_now(real, model))
        if isinstance(model, Near):
            return type(real) is float and math.isclose(real, model, rel_tol=1e-3, abs_tol=1e-4)
        if type(real) is not type(model):
            return False
        if isinstance(model, float):
            return _equal(real, model) or self._both_stamps(real, model)
        if isinstance(model, str):
            return real == model or self.same_id(real, model)
        if isinstance(model, timedelta):
            return real == model or (
                timedelta.max not in (real, model) and abs(real - model) <= SLACK
            )
        if isinstance(model, (list, tuple)):
            return len(real) == len(model) and all(map(self.same, real, model))
        if isinstance(model, dict):
            return real.keys() == model.keys() and all(self.same(real[k], model[k]) for k in model)
        return bool(real == model)

    def same_id(self, real: str, model: str) -> bool:
        """A new entry's ID: always the same one for the same one of the model."""
        first, _, second = model.partition("-")
        if not first.isdigit() or second != "0" or int(first) <= NEW:
            return False
        return self.ids.setdefault(model, real) == real

    def same_raw(self, kind: ValueType, real: bytes, model: bytes) -> bool:
        """Whether stored bytes are the same: floats and times by their value."""
        if real == model:
            return True
        name = getattr(getattr(kind, "inner", kind), "name", None)
        if name not in {"float", "datetime"}:
            return False
        try:
            return self.same(decode(kind, real), decode(kind, model))
        except DecodeError:
            return False

    def _both_now(self, real: datetime, model: datetime) -> bool:
        low, high = self.started - SLACK, datetime.now(UTC) + SLACK
        return low <= real <= high and low <= model <= high

    def _both_stamps(self, real: float, model: float) -> bool:
        low, high = (self.started - SLACK).timestamp(), (datetime.now(UTC) + SLACK).timestamp()
        return low <= real <= high and low <= model <= high


def _equal(real: float, model: float) -> bool:
    return real == model and math.copysign(1, real) == math.copysign(1, model)


def near(real: tuple[float, float], model: tuple[float, float]) -> bool:
    """Whether two places are the same one, as exactly as a geo index holds it."""
    return all(abs(a - b) < 1e-4 for a, b in zip(real, model, strict=True))
