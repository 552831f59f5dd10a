"""Compiles an operation: its steps are walked through until nothing new is learnt, then put in order."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from redisspec.diagnostics.diagnostic import Diagnostic, Related
from redisspec.ir.flows import Procedure, Retry, Unit
from redisspec.ir.model import Keyspace, Operation
from redisspec.ir.program import Program
from redisspec.ir.types import Scalar
from redisspec.operations import compiled
from redisspec.operations.compiled import CompiledOperation
from redisspec.operations.lua.limits import MOST_LOCALS, MOST_UPVALUES, beyond_limits
from redisspec.operations.lua.schedule import Unordered, schedule
from redisspec.operations.parsing import parsed
from redisspec.operations.problems import CODES, Problems
from redisspec.operations.script import script_text
from redisspec.operations.translate import results
from redisspec.operations.translate.expressions import expression
from redisspec.operations.translate.state import Known, Translator
from redisspec.operations.translate.statements import statements
from redisspec.operations.translate.values import Facts
from redisspec.operations.types import Int, NoneT, Optional, Static, admits, joined, shown
from redisspec.spec.types import format_type

MOST_WALKS = 30


@dataclass(frozen=True, slots=True)
class Compiled:
    """The operation, where nothing is wrong with it; what is; and the errors that it raises."""

    operation: CompiledOperation | None
    problems: tuple[Diagnostic, ...]


def compile_steps(
    program: Program, operation: Operation, keyspaces: Mapping[str, Keyspace], methods: Known
) -> Compiled:
    """Check and compile the steps of one operation."""
    problems = Problems(operation)
    body = parsed(problems, operation)
    if body is None:
        return Compiled(None, tuple(problems.found))
    facts = Facts()
    assigned = assigned_in(body)
    for _ in range(MOST_WALKS):
        known = facts.size()
        t = Translator(program, operation, keyspaces, facts, assigned, expression, methods)
        ended = statements(t, body)
        if not ended:
            t.returned.append((None, NoneT()))
        if facts.size() > known:
            continue
        if t.problems.found:
            return Compiled(None, tuple(_once(t.problems.found)))
        script = schedule(t.out)
        asked = {
            each.write.site
            for each in script.unordered
            if each.answers and each.write.site is not None
        }
        if asked - facts.asked:
            facts.asked |= {site for site in asked if site is not None}
            continue
        for each in script.unordered:
            _unordered(t, each)
        result = _result(t)
        _check_slots(t)
        if t.problems.found or result is None:
            return Compiled(None, tuple(_once(t.problems.found)))
        made = _made(t, script.lines, result, later=script.later)
        if beyond_limits(made.lua):
            t.problems.tell(
                None,
                f"these steps need more variables than Lua has: {MOST_LOCALS} at once, "
                f"{MOST_UPVALUES} in a write of a loop",
                "make two operations of them, or walk through a list",
            )
            return Compiled(None, tuple(t.problems.found))
        return Compiled(made, ())
    raise AssertionError("what is learnt of an operation only grows")


def _once(found: list[Diagnostic]) -> list[Diagnostic]:
    return list(dict.fromkeys(found))


def assigned_in(body: list[ast.stmt]) -> dict[str, int]:
    """How often each variable is assigned; what a loop assigns counts twice for each of its rounds."""
    found: dict[str, int] = {}

    def note(nodes: list[ast.expr], weight: int) -> None:
        for target in nodes:
            for node in ast.walk(target):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    found[node.id] = found.get(node.id, 0) + weight

    waiting = list(reversed(body))
    while waiting:
        match waiting.pop():
            case ast.Assign(targets):
                note(targets, 1)
            case ast.AugAssign(target):
                note([target], 3)
            case ast.For(target, _, inner, other):
                note([target], 1)
                waiting += [*inner, *other]
            case ast.If(_, inner, other):
                waiting += [*inner, *other]
            case _:
                pass
    return found


def _result(t: Translator) -> Static | None:
    """The type of what the operation returns, on all of its ways."""
    found: Static | None = None
    for node, static in t.returned:
        both = static if found is None else joined(found, static)
        if both is None and found is not None:
            pair = [each.inner if isinstance(each, Optional) else each for each in (found, static)]
            if all(isinstance(each, Int) for each in pair):
                # digits and numbers are both read as ints by the caller
                maybe = isinstance(found, Optional) or isinstance(static, Optional)
                both = Optional(Int()) if maybe else Int()
            else:
                t.problems.tell(
                    node,
                    f"this returns {shown(static)}, and another `return` {shown(found)}",
                    "return one type",
                )
                return None
        found = both
    declared = t.operation.returns
    if found is not None and declared is not None and not admits(declared, found):
        node = next((n for n, static in t.returned if not admits(declared, static)), None)
        t.problems.tell(
            node,
            f"the operation is to return {format_type(declared)}, and this is {shown(found)}"
            if node is not None
            else f"the operation is to return {format_type(declared)}, and may end without a `return`",
            f"write `returns: {shown(found)}`, or return what it says"
            if not isinstance(found, NoneT)
            else "return a value on every way",
        )
        return None
    return found or NoneT()


def _unordered(t: Translator, found: Unordered) -> None:
    wrote = Related(found.write.step.span, f"{found.write.what} writes here")
    why = "this may refuse the call"
    if found.failure in t.looks:
        why += ": it is the first look at its key, where somebody may have put another type"
    refuses = Related(found.failure.span, why)
    name = found.write.what.strip("`")
    if found.answers:
        message = (
            f"`{name}` answers what it has done, and a later step may still refuse the call: "
            "Redis does not roll back"
        )
        help_ = "write last, or ask the keyspace before it writes"
        related: tuple[Related, ...] = (refuses,)
    else:
        message = (
            f"{found.what} reads what {found.write.what} is to write, and a later step may still "
            "refuse the call: Redis does not roll back"
        )
        help_ = "read before the write, or move what may be refused before it"
        related = (wrote, refuses)
    t.problems.found.append(
        Diagnostic(
            "RS002", CODES["RS002"], message, "error", found.step.span, help=help_, related=related
        )
    )


def _check_slots(t: Translator) -> None:
    """RS707: keys of one step on several servers, or in several slots of a cluster."""
    uses = [use for _, use in t.keys.values()]
    if not uses:
        return
    first = uses[0]
    spans = t.key_spans
    for slot, (_, use) in t.keys.items():
        node = spans.get(slot)
        if use.keyspace.server != first.keyspace.server:
            t.problems.tell(
                node,
                f"`{first.keyspace.name}` lives on the server `{first.keyspace.server}`, and "
                f"`{use.keyspace.name}` on `{use.keyspace.server}`: no step spans two servers",
                "write `atomic: false` with a `reason`, or keep both on one server",
                code="RS707",
            )
    server = t.program.servers[first.keyspace.server]
    if server.topology != "cluster" or t.problems.found:
        return
    base = t.bound_pattern(first)
    for slot, (_, use) in t.keys.items():
        pattern = t.bound_pattern(use)
        walked = use.each and any(name.endswith("[]") for name in pattern.slot_parameters())
        if walked:
            t.problems.tell(
                spans.get(slot),
                f"the keys of `{use.keyspace.name}` for the items of a list lie in different slots: a cluster "
                "refuses them in one step with CROSSSLOT",
                "put a parameter of the operation in braces in that key, or write `atomic: false` with a `reason`",
                code="RS707",
            )
        elif not pattern.same_slot(base):
            t.problems.tell(
                spans.get(slot),
                f"`{pattern.text}` and `{base.text}` may lie in different slots: a cluster refuses them in "
                "one step with CROSSSLOT",
                "put the same parameter in braces in both keys, or write `atomic: false` with a `reason`",
                code="RS707",
            )


def _made(t: Translator, lines: list[str], result: Static, *, later: bool) -> CompiledOperation:
    operation = t.operation
    lua, keys, argv = script_text(t, lines, later=later)
    writes = any("writes" in effect.actions or "deletes" in effect.actions for effect in t.effects)
    retry: Retry = "never" if writes else "safe"
    made = results.result(result)
    if operation.returns is not None and operation.returns == Scalar("float"):
        made = compiled.Plain(Scalar("float"))
    return CompiledOperation(
        operation,
        keys[0].keyspace.server if keys else next(iter(t.program.servers)),
        lua,
        keys,
        argv,
        made,
        results.is_compound(result),
        tuple(t.refusals),
        retry,
        Procedure(
            operation.name,
            Unit("script", tuple(t.effects), operation.span),
            retry,
            tuple(operation.params),
            "operation",
            operation.span,
        ),
    )
