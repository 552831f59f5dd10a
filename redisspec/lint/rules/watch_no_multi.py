"""A write under WATCH is sent before MULTI, and so runs at once.

## What it does
Finds, in Python, a write on a pipeline that watches keys and on which `multi()` has not been called.

## Why is this bad
After `watch()` a redis-py pipeline sends each command at once, until `multi()`. A write there changes the key whatever
others do: `WatchError` is never raised, and the loop that waits for it is decoration.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def raise_to(key, value):
    with client.pipeline() as pipe:
        pipe.watch(key)
        if int(pipe.get(key) or 0) < value:
            pipe.set(key, value, ex=3_600)
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def raise_to(key, value):
    with client.pipeline() as pipe:
        pipe.watch(key)
        if int(pipe.get(key) or 0) < value:
            pipe.multi()
            pipe.set(key, value, ex=3_600)
            pipe.execute()
```

## Fix safety
The fix puts `multi()` before the write and `execute()` behind it, where the write is a statement of its own. It is
unsafe: `WatchError` may be raised then, which is what `watch` is for.

## References
- [redis-py: pipelines and WATCH](https://redis.readthedocs.io/en/stable/advanced_features.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Edit, Fix
from redisspec.lint.pyedits import block_of, span_of, written
from redisspec.lint.pyfacts import is_write, own_calls
from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.python.module import PyCall


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a write that runs at once."""
    for procedure in context.procedures:
        for call in own_calls(procedure):
            if call.watched is not None and call.batch is None and is_write(call):
                yield RULE.found(
                    call.span,
                    f"`{call.command}` runs at once here, whatever others do to the watched keys: MULTI has "
                    "not begun",
                    "call `multi()` before it and `execute()` behind it",
                    fix=_fix(context, call),
                )


def _fix(context: PyContext, call: PyCall) -> Fix | None:
    module = context.module
    found = block_of(module, call.node)
    if found is None or not call.dropped or not isinstance(call.node.func, ast.Attribute):
        return None
    statement = found[0][found[1]]
    span = span_of(module, statement)
    before = module.source.line(span.line)[: span.column - 1]
    if before.strip() or module.source.line(span.end_line)[span.end_column - 1 :].strip():
        return None
    pipe = written(module, call.node.func.value)
    waits = "await " if call.receiver.aio else ""
    first = Edit(
        span._replace(end_line=span.line, end_column=span.column), f"{pipe}.multi()\n{before}"
    )
    end = span._replace(line=span.end_line, column=span.end_column)
    return Fix(
        "Put it between MULTI and EXEC", (first, Edit(end, f"\n{before}{waits}{pipe}.execute()"))
    )


RULE = Rule(
    "RS308",
    "watch-no-multi",
    "error",
    "atomicity",
    "python",
    __doc__ or "",
    python=check_python,
    mends_python=True,
)
