"""A counter is changed, its reply thrown away, and the counter read again.

## What it does
Finds, in Python, `INCR`, `HINCRBY`, `ZINCRBY` and the like whose reply nobody takes, and a later read of the same
counter.

## Why is this bad
What is read may be another caller's count: two callers both see 2, and nobody sees 1. Ids come twice, limits let too
many through. It is also a round trip more than needed: the command answers the new value.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def next_id():
    client.incr("order:id")
    return int(client.get("order:id"))
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def next_id():
    return client.incr("order:id")
```

## Fix safety
Safe where the read follows in the next statement and goes straight into `int(…)` or `float(…)`. Elsewhere there is no
fix: the reply is a number, and what is read may be text.

## References
- [Redis: INCR](https://redis.io/docs/latest/commands/incr/)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Edit, Fix, Related
from redisspec.lint.pairs import pairs
from redisspec.lint.pyedits import (
    awaited,
    block_of,
    directly_behind,
    span_of,
    without_statement,
    written,
)
from redisspec.lint.pyfacts import called
from redisspec.lint.rule import Rule
from redisspec.readers.python.tree import walk

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pairs import Pair
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.python.module import PyModule


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a counter whose reply is thrown away."""
    for pair in pairs(context.module, "RS311"):
        yield RULE.found(
            pair.first_span,
            f"`{pair.first.command}` answers the new value of {called(pair.key)}, which is thrown away; "
            f"`{pair.second.command}` may read another caller's",
            f"use what `{pair.first.method}` returns",
            related=(Related(pair.second_span, "it is read here"),),
            fix=_fix(context.module, pair),
        )


def _fix(module: PyModule, pair: Pair) -> Fix | None:
    """The command that counts stands in the place of the read, where a number is made of what was read."""
    first, second = pair.first, pair.second
    if first.sites or second.sites:
        return None
    counted, read = block_of(module, first.node), directly_behind(module, first.node, second.node)
    if counted is None or read is None:
        return None
    statement = counted[0][counted[1]]
    asked = awaited(read, second.node)
    if not any(isinstance(one, ast.Call) and _number_of(one) is asked for one in walk(read)):
        return None
    gone = without_statement(module, statement)
    if gone is None or not isinstance(statement, ast.Expr):
        return None
    put = Edit(span_of(module, asked), written(module, statement.value))
    return Fix(f"Use what `{first.method}` answers", (gone, put), safe=True)


def _number_of(call: ast.Call) -> ast.expr | None:
    """What `int(…)`, `int(… or 0)` or `float(…)` makes a number of."""
    if not isinstance(call.func, ast.Name) or call.func.id not in ("int", "float"):
        return None
    match call.args, call.keywords:
        case [ast.BoolOp(ast.Or(), [value, ast.Constant(0)])], []:
            return value
        case [value], []:
            return value
    return None


RULE = Rule(
    "RS311",
    "incr-then-read",
    "warning",
    "atomicity",
    "python",
    __doc__ or "",
    python=check_python,
    mends_python=True,
)
