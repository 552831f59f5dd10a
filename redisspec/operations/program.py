"""Compiles every operation of a program, and holds their errors against each other."""

from __future__ import annotations

from redisspec.diagnostics.diagnostic import Diagnostic, Related
from redisspec.ir.program import Program
from redisspec.operations.compiled import AnyOperation, CompiledOperation, Raised
from redisspec.operations.compiler import compile_steps
from redisspec.operations.pipeline import compile_pipeline


def compile_all(
    program: Program,
) -> tuple[tuple[AnyOperation, ...], tuple[Diagnostic, ...]]:
    """The operations that compile, and what is wrong with the others."""
    keyspaces = {keyspace.name: keyspace for keyspace in program.keyspaces}
    made: list[AnyOperation] = []
    problems: list[Diagnostic] = []
    for operation in program.operations:
        if operation.script is not None:
            # The reader brings a parser along, which steps do without.
            from redisspec.operations.handwritten import handwritten  # noqa: PLC0415 - see above

            script, wrong = handwritten(program, operation)
            problems += wrong
            if script is not None:
                made.append(script)
            continue
        if not operation.source.strip():
            continue
        if not operation.atomic:
            pipeline, refused = compile_pipeline(program, operation, keyspaces)
            problems += refused
            if pipeline is not None:
                made.append(pipeline)
            continue
        found = compile_steps(program, operation, keyspaces)
        problems += found.problems
        if found.operation is not None:
            made.append(found.operation)
    problems += _errors_that_differ(made)
    return tuple(made), tuple(problems)


def _errors_that_differ(made: list[AnyOperation]) -> list[Diagnostic]:
    """One class is generated for an error: all that raise it give it the same attributes."""
    first: dict[str, tuple[Raised, CompiledOperation]] = {}
    found: list[Diagnostic] = []
    for each in made:
        if not isinstance(each, CompiledOperation):
            continue
        for refusal in each.refusals:
            if not isinstance(refusal, Raised):
                continue
            known, owner = first.setdefault(refusal.error, (refusal, each))
            if known.attributes == refusal.attributes:
                continue
            found.append(
                Diagnostic(
                    "RS002",
                    "invalid-spec",
                    f"`{refusal.error}` is raised with ({_names(refusal)}) here, and with "
                    f"({_names(known)}) in `{owner.operation.name}`",
                    "error",
                    each.operation.raise_spans.get(refusal.error, each.operation.span),
                    help="give one error the same attributes of the same types, or use another name",
                    related=(
                        Related(owner.operation.span, f"the operation `{owner.operation.name}`"),
                    ),
                )
            )
    return found


def _names(raised: Raised) -> str:
    from redisspec.spec.types import format_type  # noqa: PLC0415 - for a message alone

    return ", ".join(f"{name}: {format_type(kind)}" for name, kind in raised.attributes)
