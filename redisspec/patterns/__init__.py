"""Patterns: what a declared policy (rate limit, lock, cache …) compiles to.

A kind is one file here with one function, `lower(policy, server) -> Lowered`, and a line in
`kinds.py`: the keys that the declaration adds, and for each method the script with the keys that it
is given and the commands that it sends to them. `CONTRIBUTING.md` says what else a kind needs.
"""

from __future__ import annotations

# typing's own flag would cost the import of typing
TYPE_CHECKING = False
if TYPE_CHECKING:
    from redisspec.ir.model import AddedKey
    from redisspec.ir.program import Program
    from redisspec.patterns.model import Lowered

_last: list[tuple[Program, tuple[Lowered, ...]]] = []


def lowered(program: Program) -> tuple[Lowered, ...]:
    """The policies of the kinds that are generated, in the order of the spec.

    The last program's answer is kept: a command checks a program, then generates it.
    """
    if not program.policies:
        return ()
    if not _last or _last[0][0] is not program:
        from redisspec.patterns.kinds import PATTERNS  # noqa: PLC0415 - many specs have no policy

        made = tuple(
            PATTERNS[policy.kind](policy, program.servers[policy.server])
            for policy in program.policies
            if policy.kind in PATTERNS
        )
        _last[:] = [(program, made)]
    return _last[0][1]


def added_keys(program: Program) -> list[AddedKey]:
    """Every key that the program's policies add."""
    return [key for each in lowered(program) for key in each.keys]
