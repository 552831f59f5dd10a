"""A command is used that has a better one in its place.

## What it does
Finds `SETEX`, `PSETEX`, `SETNX`, `GETSET`, `HMSET`, `RPOPLPUSH` and `BRPOPLPUSH` in Python and Lua. Redis calls them
deprecated, redis-py warns of some. What other rules tell of a call is not told again here.

## Why is this bad
They work, and will for years. The newer ones say more in one step (a value, its TTL and NX together), so that code that
uses them has fewer gaps; and one spelling for one thing is easier to search for.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def remember(user, token):
    client.setex(f"token:{user}", 3_600, token)
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def remember(user, token):
    client.set(f"token:{user}", token, ex=3_600)
```

## Fix safety
The fix is safe for `setex` and `psetex` and for `rpoplpush`, which do the same; unsafe for `setnx`, `getset` and
`hmset`, whose replies differ.

## References
- [Redis: commands](https://redis.io/docs/latest/commands/)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Edit, Fix
from redisspec.lint.pyedits import span_of, written
from redisspec.lint.pyfacts import own_calls
from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.lua.script import LuaScript
    from redisspec.readers.python.module import PyCall


_INSTEAD = {
    "SETEX": "`set(name, value, ex=seconds)`",
    "PSETEX": "`set(name, value, px=milliseconds)`",
    "SETNX": "`set(name, value, nx=True)`",
    "GETSET": "`set(name, value, get=True)`",
    "HMSET": "`hset(name, mapping=…)`",
    "RPOPLPUSH": "`lmove(source, destination, 'RIGHT', 'LEFT')`",
    "BRPOPLPUSH": "`blmove(source, destination, timeout, 'RIGHT', 'LEFT')`",
}
_IN_LUA = {
    "SETEX": "`SET key value EX seconds`",
    "PSETEX": "`SET key value PX milliseconds`",
    "SETNX": "`SET key value NX`",
    "GETSET": "`SET key value GET`",
    "HMSET": "`HSET`",
    "RPOPLPUSH": "`LMOVE source destination RIGHT LEFT`",
    "BRPOPLPUSH": "`LMOVE source destination RIGHT LEFT`",
}


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a call."""
    for procedure in context.procedures:
        for call in own_calls(procedure):
            if call.command in _INSTEAD and call.method == call.command.lower():
                yield RULE.found(
                    call.span,
                    f"`{call.method}` is an old spelling",
                    f"write {_INSTEAD[call.command]}",
                    fix=_fix(context, call),
                )


def check_lua(script: LuaScript) -> Iterator[Diagnostic]:
    """One finding a call."""
    for call in script.calls:
        if call.command in _IN_LUA:
            yield RULE.found(
                call.span, f"`{call.command}` is an old spelling", f"write {_IN_LUA[call.command]}"
            )


def _fix(context: PyContext, call: PyCall) -> Fix | None:
    module, node = context.module, call.node
    if node.keywords or any(isinstance(one, ast.Starred) for one in node.args):
        return None
    given = [written(module, one) for one in node.args]
    match call.method, given:
        case "setex" | "psetex", [name, ttl, value]:
            word = "ex" if call.method == "setex" else "px"
            return _rewritten(context, call, "set", [name, value, f"{word}={ttl}"], safe=True)
        case "setnx", [name, value]:
            return _rewritten(context, call, "set", [name, value, "nx=True"])
        case "getset", [name, value]:
            return _rewritten(context, call, "set", [name, value, "get=True"])
        case "hmset", [name, mapping]:
            return _rewritten(context, call, "hset", [name, f"mapping={mapping}"])
        case "rpoplpush", [source, destination]:
            ends = ['"RIGHT"', '"LEFT"']
            return _rewritten(context, call, "lmove", [source, destination, *ends], safe=True)
    return None


def _rewritten(
    context: PyContext, call: PyCall, method: str, given: list[str], *, safe: bool = False
) -> Fix | None:
    module, node = context.module, call.node
    if not isinstance(node.func, ast.Attribute) or _has_comment(context, node):
        return None
    text = f"{written(module, node.func.value)}.{method}({', '.join(given)})"
    return Fix(f"Write `{method}`", (Edit(span_of(module, node), text),), safe=safe)


def _has_comment(context: PyContext, node: ast.Call) -> bool:
    span = span_of(context.module, node)
    lines = range(span.line, span.end_line)
    return any("#" in context.module.source.line(line) for line in lines)


RULE = Rule(
    "RS609",
    "deprecated-api",
    "info",
    "client",
    "python",
    __doc__ or "",
    python=check_python,
    lua=check_lua,
    mends_python=True,
)
