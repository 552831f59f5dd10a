"""What `generate` refuses: what a program cannot be generated with, whoever wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redisspec.operations.check import check as check_program

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.program import Program

REFUSED = ("RS501", "RS707")
"""Rules whose errors in a script of the user's own are refused: it would fail on a cluster."""


def check(program: Program) -> list[Diagnostic]:
    """What is wrong with a program that could be read, for `generate` and `validate`."""
    found = check_program(program)
    if any(not operation.atomic for operation in program.operations):
        from redisspec.lint.rules import dual_write  # noqa: PLC0415 - few specs need it

        found += [each for each in dual_write.check(program) if each.severity == "error"]
    if any(operation.script is not None for operation in program.operations):
        from redisspec.lint.own_scripts import check_scripts  # noqa: PLC0415 - brings the Lua parser
        from redisspec.lint.rules import rule_called  # noqa: PLC0415 - see above

        rules = [rule for code in REFUSED if (rule := rule_called(code)) is not None]
        for _, told in check_scripts(program, rules):
            found += [each for each in told if each.severity == "error"]
    return found
