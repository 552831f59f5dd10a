"""A job is taken from a queue and is nowhere while it is worked on.

## What it does
Finds, in Python, workers that pop and block (`BLPOP`, `BRPOP`, `BZPOPMIN`) and files that read a stream in a group
(`XREADGROUP`) and never acknowledge (`XACK`). In a spec, operations that pop the next item of a list or sorted set, hand
it to the caller, and note it nowhere.

## Why is this bad
A worker that dies (a deployment, a full memory, a bug) has the only copy of its job. What a group has read and nobody
acknowledges is pending for ever: memory grows, and after a restart it is not read again.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def work(run):
    while True:
        found = client.blpop("jobs", timeout=1)
        if found:
            run(found[1])
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def work(run):
    while True:
        job = client.blmove("jobs", "running", 1, "LEFT", "RIGHT")
        if job:
            run(job)
            client.lrem("running", 1, job)
```
In a spec, note in the same step what is being done:
```yaml
keyspaces:
  jobs:
    key: "{jobs}:waiting"
    structure: list
    item: str
    max_bytes: 1KiB
    max_items: 10_000
    when_full: reject
    ttl: 7d
  running:
    key: "{jobs}:running"
    structure: sorted_set
    member: str
    max_bytes: 1KiB
    max_items: 1_000
    when_full: reject
    ttl: 7d
operations:
  take:
    params: {until: int}
    do: |
      job = jobs.pop_oldest()
      if job is not None:
          running.add(job, until)
      return job
```
Something has to bring back what stays in `running`. Streams with a group, `XACK` and `XAUTOCLAIM` do, and so do the
queues that a spec declares.

## Fix safety
There is no fix: what happens to a job that was begun is yours to say.

## References
- [Redis: BLMOVE](https://redis.io/docs/latest/commands/blmove/)
- [Redis: XREADGROUP](https://redis.io/docs/latest/commands/xreadgroup/)
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from redisspec.lint.pyfacts import own_calls
from redisspec.lint.rule import Rule
from redisspec.lint.steps import StepCall, names_in, steps_of

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.program import Program
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.python.module import PyCall


def check(program: Program) -> Iterator[Diagnostic]:
    """One finding an operation that hands out the only copy."""
    for operation in program.operations:
        steps = steps_of(program, operation)
        for taking in steps.calls:
            if taking.method.name not in _TAKES or taking.keyspace.structure not in _QUEUES:
                continue
            if _handed_out(taking, steps.returned) and not _noted(taking, steps.calls):
                yield RULE.found(
                    taking.span,
                    f"`{taking.what}` takes an item out and hands it to the caller: who dies with it has the only copy",
                    "note it in the same step in what is being done, and take it from there when it is done",
                )


_TAKES = frozenset(("pop", "pop_oldest", "pop_lowest", "pop_highest"))
_QUEUES = frozenset(("list", "sorted_set"))


def _handed_out(taking: StepCall, returned: tuple[ast.expr, ...]) -> bool:
    """Whether what was taken is, or is part of, what the operation returns."""
    return any(
        part is taking.node or (isinstance(part, ast.Name) and part.id == taking.target)
        for value in returned
        for part in _handed(value)
    )


def _handed(value: ast.expr) -> Iterator[ast.AST]:
    """The parts of which a value is made: whether there was something is no copy of it."""
    yield value
    match value:
        case ast.Compare() | ast.UnaryOp(ast.Not()):
            return
        case ast.IfExp(_, body, otherwise):
            parts: Iterable[ast.AST] = (body, otherwise)
        case _:
            parts = ast.iter_child_nodes(value)
    for part in parts:
        if isinstance(part, ast.expr):
            yield from _handed(part)


def _noted(taking: StepCall, calls: tuple[StepCall, ...]) -> bool:
    """Whether it is written somewhere in the same step, under its name or as it is taken."""
    return any(
        one.does("creates", "grows", "writes")
        and any(
            taking.node in ast.walk(part) or taking.target in names_in(part)
            for part in (*one.key, *one.rest)
        )
        for one in calls
        if one is not taking
    )


_POPS = frozenset(("BLPOP", "BRPOP", "BLMPOP", "BZPOPMIN", "BZPOPMAX", "BZMPOP"))


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a worker that holds the only copy."""
    calls = [call for procedure in context.procedures for call in own_calls(procedure)]
    acknowledged = any(call.command == "XACK" for call in calls)
    for call in calls:
        if call.command in _POPS and any(loop.kind == "while" for loop in call.loops):
            yield RULE.found(
                call.span,
                f"`{call.command}` takes a job away before it is done: a worker that dies has the only copy",
                "move it to a list of what is running (`blmove`) and remove it when it is done, or use a stream "
                "with a group",
            )
        elif call.command == "XREADGROUP" and not acknowledged and not _is_loose(call):
            yield RULE.found(
                call.span,
                "entries are read in a group and never acknowledged: they are pending for ever",
                "call `xack` when an entry is done, and `xautoclaim` for those of a worker that died",
            )


def _is_loose(call: PyCall) -> bool:
    """Whether nothing becomes pending (`noack`), or more may be given than is known."""
    given = call.arguments.get("noack")
    return "**" in call.arguments or (given is not None and given.text == "True")


RULE = Rule(
    "RS315",
    "queue-loss",
    "warning",
    "atomicity",
    "model",
    __doc__ or "",
    check,
    python=check_python,
)
