"""A lock is asked whether it is held, before it is taken.

## What it does
Finds, in Python, `locked()` of a lock whose reply decides whether `acquire()` follows, and `get` or `exists` of a lock's key
that decides whether `client.lock(…)` of it does.

## Why is this bad
Between the two another may take it: the second call then waits, for as long as the other works, where the first was
there so that nothing waits. It also costs a round trip.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def work(name, job):
    lock = client.lock(f"lock:{name}", timeout=30)
    if lock.locked():
        return
    lock.acquire()
    job()
    lock.release()
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def work(name, job):
    lock = client.lock(f"lock:{name}", timeout=30)
    if not lock.acquire(blocking=False):
        return
    try:
        job()
    finally:
        lock.release()
```

## Fix safety
Where the question is all that an `if` asks, and the lock is taken right behind it, the fix asks by taking it
(`acquire(blocking=False)`). It is unsafe: where another takes the lock at that moment, the function leaves as it does
where the lock is held, and no longer waits.

## References
- [redis-py: locks](https://redis.readthedocs.io/en/stable/lock.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Edit, Fix, Related
from redisspec.lint.pyedits import block_of, span_of, without_statement, written
from redisspec.lint.pyfacts import decides, own_calls, own_guards, share_key
from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.python.module import PyCall, PyProcedure


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a question that does not keep the answer true."""
    for procedure in context.procedures:
        yield from _looked_up(procedure)
        for asked in own_calls(procedure):
            if asked.receiver.kind != "lock" or asked.method != "locked":
                continue
            for taking in procedure.calls[asked.number + 1 :]:
                if taking.receiver.kind != "lock" or taking.method not in ("acquire", "__enter__"):
                    continue
                if share_key(asked, taking) is not None and decides(
                    asked, own_guards(taking, asked)
                ):
                    yield RULE.found(
                        asked.span,
                        "the lock may be taken by another before `acquire` comes, which then waits",
                        "ask by taking it: `acquire(blocking=False)` answers False where it is held",
                        related=(Related(taking.span, "it is taken here"),),
                        fix=_fix(context, asked, taking),
                    )
                    break


def _looked_up(procedure: PyProcedure) -> Iterator[Diagnostic]:
    """`if not client.get(name):`, then `client.lock(name)`: the lock's own key is asked."""
    for asked in own_calls(procedure):
        if asked.command not in ("GET", "EXISTS") or asked.batch is not None:
            continue
        for taking in procedure.calls[asked.number + 1 :]:
            if (
                taking.receiver.kind != "client"
                or taking.method != "lock"
                or "blocking" in taking.arguments
            ):
                continue
            if share_key(asked, taking) is not None and decides(asked, own_guards(taking, asked)):
                yield RULE.found(
                    asked.span,
                    "the lock may be taken by another before it is asked for here, and who comes late waits for it",
                    "ask by taking it: `acquire(blocking=False)` answers False where it is held",
                    related=(Related(taking.span, "it is taken here"),),
                )
                break


def _fix(context: PyContext, asked: PyCall, taking: PyCall) -> Fix | None:
    """`if lock.locked(): return` and `lock.acquire()` become `if not lock.acquire(blocking=False): return`."""
    module = context.module
    plain = taking.method == "acquire" and not taking.node.args and not taking.node.keywords
    if taking.sites or not plain or not taking.dropped or asked.node.args or asked.node.keywords:
        return None
    question, acquire = block_of(module, asked.node), block_of(module, taking.node)
    if question is None or acquire is None:
        return None
    block, at = question
    asks, takes = block[at], acquire[0][acquire[1]]
    if not isinstance(asks, ast.If) or asks.orelse or not isinstance(takes, ast.Expr):
        return None
    test = asks.test
    inverted = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
    bare = test.operand if isinstance(test, ast.UnaryOp) else test
    if (bare.value if isinstance(bare, ast.Await) else bare) is not asked.node:
        return None
    if inverted:
        follows = takes is asks.body[0] and len(asks.body) > 1
    else:
        leaves = isinstance(asks.body[-1], ast.Return | ast.Raise | ast.Continue | ast.Break)
        follows = leaves and at + 1 < len(block) and takes is block[at + 1]
    removed = without_statement(module, takes) if follows else None
    if removed is None:
        return None
    awaits = "await " if isinstance(takes.value, ast.Await) else ""
    call = f"{awaits}{written(module, taking.node.func)}(blocking=False)"
    asking = Edit(span_of(module, test), call if inverted else f"not {call}")
    return Fix("Ask by taking the lock", (asking, removed))


RULE = Rule(
    "RS406",
    "locked-then-acquire",
    "warning",
    "locks",
    "python",
    __doc__ or "",
    python=check_python,
    mends_python=True,
)
