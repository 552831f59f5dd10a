"""Everything that a program cannot be generated with: its keys, its servers, its operations."""

from __future__ import annotations

from redisspec.diagnostics.diagnostic import Diagnostic
from redisspec.ir.program import Program
from redisspec.operations import compile_operations
from redisspec.patterns import added_keys
from redisspec.spec.check import check as check_declarations


def check(program: Program) -> list[Diagnostic]:
    """What `generate` refuses in a program that could be read."""
    return [*check_declarations(program, added_keys(program)), *compile_operations(program)[1]]
