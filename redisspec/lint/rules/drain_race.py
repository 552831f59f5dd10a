"""A whole collection is read and then deleted.

## What it does
Finds, in Python, `LRANGE`, `SMEMBERS`, `HGETALL` or `ZRANGE` whose reply is used, and a later `DEL` or `LTRIM` of the
same key, outside of a transaction.

## Why is this bad
What another caller adds between the two is deleted unread. Nobody notices: there is no error, and one item in some
thousands is missing.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def flush(user):
    events = client.lrange(f"events:{user}", 0, -1)
    client.delete(f"events:{user}")
    return events
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def flush(user):
    with client.pipeline(transaction=True) as pipe:
        pipe.lrange(f"events:{user}", 0, -1)
        pipe.delete(f"events:{user}")
        events, _ = pipe.execute()
    return events
```
Where the work may fail, `RENAME` the key first, or take the items with `LPOP key count`, so that they are not lost.

## Fix safety
Unsafe: the fix sends both in one transaction, where the delete is the statement behind the read. Whether items may be
lost when the work fails stays your decision.

## References
- [Redis: transactions](https://redis.io/docs/latest/develop/using-commands/transactions/)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Edit, Fix, Related
from redisspec.lint.pairs import pairs
from redisspec.lint.pyedits import awaited, block_of, directly_behind, span_of, written
from redisspec.lint.pyfacts import called
from redisspec.lint.rule import Rule
from redisspec.readers.python.tree import walk

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pairs import Pair
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.python.module import PyModule


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a collection that is read and then deleted."""
    for pair in pairs(context.module, "RS304"):
        yield RULE.found(
            pair.first_span,
            f"`{pair.first.command}` reads all of {called(pair.key)}, and `{pair.second.command}` deletes it "
            "later: what is added in between is deleted unread",
            "send both in one transaction, or RENAME the key first and read it then",
            related=(Related(pair.second_span, "it is deleted here"),),
            fix=_fix(context.module, pair),
        )


def _fix(module: PyModule, pair: Pair) -> Fix | None:
    """`x = client.lrange(…)` and the delete in the next statement become one transaction."""
    first, second = pair.first, pair.second
    function = next((one.node for one in module.procedures if first in one.calls), None)
    read, deleted = block_of(module, first.node), directly_behind(module, first.node, second.node)
    if function is None or first.sites or second.sites or read is None or deleted is None:
        return None
    statement = read[0][read[1]]
    asked, taken = awaited(function, first.node), awaited(function, second.node)
    if not (
        isinstance(statement, ast.Assign)
        and statement.value is asked
        and [type(one) for one in statement.targets] == [ast.Name]
        and isinstance(deleted, ast.Expr)
        and deleted.value is taken
    ):
        return None
    client, other = first.node.func, second.node.func
    start, end = span_of(module, statement), span_of(module, deleted)
    lines = [module.source.line(line) for line in range(start.line, end.end_line + 1)]
    names = {one.id for one in walk(function) if isinstance(one, ast.Name)}
    if (
        not isinstance(client, ast.Attribute)
        or not isinstance(other, ast.Attribute)
        or written(module, client.value) != written(module, other.value)
        or not names.isdisjoint(("pipe", "_"))
        or len(lines) != 2
        or any("#" in line or ";" in line for line in lines)
    ):
        return None
    indent = lines[0][: start.column - 1]
    if indent.strip():
        return None
    receiver = written(module, client.value)
    calls = [
        f"pipe.{written(module, call)[len(receiver) + 1 :]}" for call in (first.node, second.node)
    ]
    given = written(module, statement.targets[0])
    wait = ("async ", "await ") if isinstance(asked, ast.Await) else ("", "")
    text = f"\n{indent}    ".join(
        [
            f"{wait[0]}with {receiver}.pipeline(transaction=True) as pipe:",
            *calls,
            f"{given}, _ = {wait[1]}pipe.execute()",
        ]
    )
    whole = start._replace(end_line=end.end_line, end_column=end.end_column)
    return Fix("Send both in one transaction", (Edit(whole, text),))


RULE = Rule(
    "RS304",
    "drain-race",
    "error",
    "atomicity",
    "python",
    __doc__ or "",
    python=check_python,
    mends_python=True,
)
