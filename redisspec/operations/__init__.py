"""Operations: steps in a checked subset of Python, compiled to one atomic Lua script."""

from __future__ import annotations

# typing's own flag would cost the import of typing
TYPE_CHECKING = False
if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.program import Program
    from redisspec.operations.compiled import AnyOperation

_last: list[tuple[Program, tuple[tuple[AnyOperation, ...], tuple[Diagnostic, ...]]]] = []


def compile_operations(
    program: Program,
) -> tuple[tuple[AnyOperation, ...], tuple[Diagnostic, ...]]:
    """Every operation that compiles, and what is wrong with the others.

    The last program's answer is kept: a command checks a program, then generates it.
    """
    if not program.operations:
        return (), ()
    if not _last or _last[0][0] is not program:
        from redisspec.operations.program import compile_all  # noqa: PLC0415 - few specs have any

        _last[:] = [(program, compile_all(program))]
    return _last[0][1]
