"""Commands of Redis's own Bloom filters, which servers have where they are built or loaded with that module.

Redis has it from 8.0 on in its own distributions; a distribution's build may leave it out, and then `COMMAND` says nothing
of it. Hence these rows are written by hand; a test holds them against a server with the module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from redisspec.ir.commands.overlay import Row as Actions

if TYPE_CHECKING:
    from redisspec.ir.commands import Row

_FIRST = 1
_READS = "O(k), k hashes a member"
_ONE = ("range", 0, 1, 0)


def _row(flags: str, of_key: str, complexity: str = _READS) -> Row:
    return flags, ((of_key, _FIRST, _ONE),), complexity, (8, 0, 0), None, ()


MODULE_ROWS: Final[dict[str, Row]] = {
    "BF.ADD": _row("write denyoom", "RW"),
    "BF.CARD": _row("readonly fast", "RO", "O(1)"),
    "BF.EXISTS": _row("readonly fast", "RO"),
    "BF.INFO": _row("readonly fast", "RO", "O(1)"),
    "BF.INSERT": _row("write denyoom", "RW"),
    "BF.MADD": _row("write denyoom", "RW"),
    "BF.MEXISTS": _row("readonly fast", "RO"),
    "BF.RESERVE": _row("write denyoom", "RW", "O(1)"),
}
"""As in table.py, by the command's name."""

_CREATES = Actions(frozenset(("creates", "grows")))
MODULE_ACTIONS: Final[dict[str, Actions]] = {
    "BF.ADD": _CREATES,
    "BF.INSERT": _CREATES,
    "BF.MADD": _CREATES,
    "BF.RESERVE": Actions(frozenset(("creates",)), condition="NX"),
}
"""As in overlay.py, for the command's key."""
