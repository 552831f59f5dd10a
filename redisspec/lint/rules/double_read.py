"""A key is asked twice where one reply says it all.

## What it does
Finds, in Python, the same `GET` or `HGET` twice in one statement, and `EXISTS` (`HEXISTS`) that decides whether `GET`
(`HGET`) follows.

## Why is this bad
The key may expire or be deleted between the two: the first says that it is there, the second answers None, and
`None.decode()` or `int(None)` raises, once in some million calls. It is also twice the round trips.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def name_of(user):
    return client.get(f"name:{user}").decode() if client.get(f"name:{user}") else None
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def name_of(user):
    name = client.get(f"name:{user}")
    return None if name is None else name.decode()
```

## Fix safety
Unsafe: the fix keeps the first reply under a name (`value`, if it is free) and uses it in the place of the second. It
is there where both stand in one statement, or in an `if` and its first line.

## References
- [Redis: GET](https://redis.io/docs/latest/commands/get/)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Edit, Fix, Related
from redisspec.lint.pairs import pairs
from redisspec.lint.pyedits import awaited, block_of, span_of, written
from redisspec.lint.pyfacts import called
from redisspec.lint.rule import Rule
from redisspec.readers.python.tree import walk

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pairs import Pair
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.python.module import PyModule


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a key that is asked twice."""
    for pair in pairs(context.module, "RS312"):
        if pair.first.command == pair.second.command:
            said = f"`{pair.first.command}` reads {called(pair.key)} twice: it may be gone the second time"
        else:
            said = (
                f"`{pair.first.command}` says that {called(pair.key)} is there, and `{pair.second.command}` "
                "may find it gone"
            )
        yield RULE.found(
            pair.first_span,
            said,
            f"read it once and keep the reply: `{(pair.second.command or '').lower()}` answers None where it is missing",
            related=(Related(pair.second_span, "it is read again here"),),
            fix=_fix(context.module, pair),
        )


_NAMES = ("value", "found", "reply", "stored")


def _fix(module: PyModule, pair: Pair) -> Fix | None:
    """The first read keeps its reply under a name, which stands in the place of the second."""
    first, second = pair.first, pair.second
    function = next((one.node for one in module.procedures if first in one.calls), None)
    if (
        not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        or first.batch
        or second.batch
    ):
        return None
    if first.sites or second.sites or not _one_after_the_other(module, first.node, second.node):
        return None
    within = walk(function)
    used = {one.id for one in within if isinstance(one, ast.Name)}
    used |= {one.arg for one in within if isinstance(one, ast.arg)}
    name = next((name for name in _NAMES if name not in used), None)
    inner = [one for one in within if one is not function and isinstance(one, _OWN_SCOPES)]
    if name is None or any(
        part in (first.node, second.node) for one in inner for part in walk(one)
    ):
        return None
    asked, again = awaited(function, first.node), awaited(function, second.node)
    text = f"({name} := {written(module, again)})"
    if first.command != second.command:
        text = f"{text} is not None"
        if not any(
            isinstance(one, ast.If | ast.IfExp | ast.While) and one.test is asked for one in within
        ):
            text = f"({text})"
    edits = (Edit(span_of(module, asked), text), Edit(span_of(module, again), name))
    return Fix("Read it once", edits)


_OWN_SCOPES = (
    ast.Lambda, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ListComp, ast.SetComp,
    ast.DictComp, ast.GeneratorExp,
)  # fmt: skip


def _one_after_the_other(module: PyModule, first: ast.Call, second: ast.Call) -> bool:
    """Whether both stand in one statement, or the second in the first statement of the `if` that asks the first."""
    before, behind = block_of(module, first), block_of(module, second)
    if before is None or behind is None:
        return False
    one, other = before[0][before[1]], behind[0][behind[1]]
    return one is other or (isinstance(one, ast.If) and one.body[0] is other)


RULE = Rule(
    "RS312",
    "double-read",
    "error",
    "atomicity",
    "python",
    __doc__ or "",
    python=check_python,
    mends_python=True,
)
