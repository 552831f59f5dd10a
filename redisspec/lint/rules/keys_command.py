"""Keys are listed with KEYS.

## What it does
Finds `KEYS` in Lua, under whatever name `redis.call` goes there, and in Python.

## Why is this bad
`KEYS` looks at every key of the server, and nobody else is served meanwhile: with 10 million keys that is
seconds. Inside of a script there is no way to do it in pieces, and on a cluster it sees one node of many.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def carts():
    return client.keys("cart:*")
```
```lua
for _, key in ipairs(redis.call('KEYS', ARGV[1])) do
  redis.call('DEL', key)
end
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def carts():
    return list(client.scan_iter("cart:*"))
```
```lua
for i = 1, #KEYS do
  redis.call('UNLINK', KEYS[i])
end
```
The caller finds the keys with `SCAN`, some hundred at a time, or keeps their names in a set of their own.

## Fix safety
In Python the fix walks the keys with `scan_iter`: in a loop as it stands, elsewhere in a list. It is unsafe: a scan may
name a key twice, and misses none that is there all the time. In Lua there is none: the loop has to move to the caller.

## References
- [Redis: KEYS](https://redis.io/docs/latest/commands/keys/)
- [Redis: SCAN](https://redis.io/docs/latest/commands/scan/)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Edit, Fix
from redisspec.lint.pyedits import other_method, span_of, written
from redisspec.lint.pyfacts import own_calls
from redisspec.lint.rule import Rule
from redisspec.readers.python.tree import walk

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.lua.script import LuaScript
    from redisspec.readers.python.module import PyCall


def check_lua(script: LuaScript) -> Iterator[Diagnostic]:
    """One finding a call of KEYS."""
    for call in script.calls:
        if call.command == "KEYS":
            yield RULE.found(
                call.span,
                "`KEYS` looks at every key of the server, and nobody else is served until it is "
                "through",
                "find the keys with SCAN in the caller, or keep their names in a set; pass them in "
                "KEYS",
            )


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a call of KEYS."""
    for procedure in context.procedures:
        for call in own_calls(procedure):
            if call.command == "KEYS":
                yield RULE.found(
                    call.span,
                    "`KEYS` looks at every key of the server, and nobody else is served until it is "
                    "through",
                    "walk them with `scan_iter`, or keep their names in a set",
                    fix=_fix(context, call),
                )


def _fix(context: PyContext, call: PyCall) -> Fix | None:
    module, node = context.module, call.node
    renamed = other_method(module, node, "scan_iter") if call.method == "keys" else None
    if renamed is None or call.batch is not None or len(node.args) + len(node.keywords) > 1:
        return None
    if any(one.arg != "pattern" for one in node.keywords):
        return None
    edits = [renamed]
    if node.keywords:
        pattern = node.keywords[0]
        edits.append(Edit(span_of(module, pattern), f"match={written(module, pattern.value)}"))
    for parent in walk(module.tree):
        walked = parent.iter if isinstance(parent, ast.For | ast.comprehension) else None
        if walked is node and not call.awaited and not call.receiver.aio:
            return Fix("Walk the keys with `scan_iter`", tuple(edits))
        if isinstance(parent, ast.Await) and parent.value is node:
            whole, inner = span_of(module, parent), edits
            start = Edit(
                whole._replace(end_line=whole.line, end_column=_after_await(context, parent)),
                "[key async for key in ",
            )
            end = Edit(whole._replace(line=whole.end_line, column=whole.end_column), "]")
            return Fix("Walk the keys with `scan_iter`", (start, *inner, end))
    if call.receiver.aio:
        return None
    whole = span_of(module, node)
    start = Edit(whole._replace(end_line=whole.line, end_column=whole.column), "list(")
    end = Edit(whole._replace(line=whole.end_line, column=whole.end_column), ")")
    return Fix("Walk the keys with `scan_iter`", (start, *edits, end))


def _after_await(context: PyContext, node: ast.Await) -> int:
    """The column at which the value of an `await` begins, if it begins in its line."""
    inner, outer = span_of(context.module, node.value), span_of(context.module, node)
    return inner.column if inner.line == outer.line else outer.column + len("await")


RULE = Rule(
    "RS208",
    "keys-command",
    "error",
    "growth",
    "python",
    __doc__ or "",
    lua=check_lua,
    python=check_python,
    mends_python=True,
)
