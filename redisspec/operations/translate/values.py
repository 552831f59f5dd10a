"""A translated expression: its Lua, its type, and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from redisspec.operations.compiled import KeyArgument
from redisspec.operations.types import NoneT, Static


@dataclass(frozen=True, slots=True)
class Ex:
    """An expression of the script that does nothing but have a value.

    `atom`: it needs no parentheses as an operand. `names` are the steps' own variables in it.
    `known` says how a caller computes it before the script runs (for keys), `each` the list
    parameters that the loop walks whose variable it is, `index` that loop's counter in Lua.
    `parts` are the expressions of a tuple; `name` is the variable or parameter that it is.
    """

    lua: str
    type: Static
    atom: bool = True
    names: frozenset[str] = frozenset()
    known: KeyArgument | None = None
    each: tuple[str, ...] = ()
    index: str = ""
    constant: object = None
    parts: tuple[Ex, ...] = ()
    name: str = ""

    @property
    def operand(self) -> str:
        """The Lua as it stands beside an operator."""
        return self.lua if self.atom else f"({self.lua})"

    def typed(self, static: Static) -> Ex:
        """The same expression, known to be of another type."""
        return replace(self, type=static)


NONE = Ex("nil", NoneT())


@dataclass(slots=True)
class Facts:
    """What one walk over the steps learns and the next one needs.

    `numbers` are variables whose ints are reckoned with; `reckoned` counters that the script
    reckons with, `shared` those of which several keys may be one; `asked` are the places of writes
    whose answers are to be found out before they write, because a later step may be refused.
    """

    numbers: set[str] = field(default_factory=set)
    reckoned: set[str] = field(default_factory=set)
    shared: set[str] = field(default_factory=set)
    asked: set[tuple[int, int]] = field(default_factory=set)

    def size(self) -> int:
        """How much is known: another walk is due while it grows."""
        return len(self.numbers) + len(self.reckoned) + len(self.shared) + len(self.asked)
