"""A key is looked for before it is set.

## What it does
Finds, in Python, `EXISTS`, `GET`, `HEXISTS`, `SISMEMBER` and the like that decide whether the same key is then written,
outside of a transaction; a list or hash that is read whole, searched, and added to; or what its `xx=` or `nx=` is. (A
value that is read, computed where it is missing, and kept for a time is a cache, and not meant.) Finds, in Lua,
`EXISTS` or `GET` whose only use is to decide whether `SET` runs. A script is atomic, so that nothing comes between the
two: this is about two commands where one does it.

## Why is this bad
Two callers both look, both find nothing, and both write: two hold the lock, two own the name, the first value is gone.

In a script `SET` with `NX` is one command, says what is meant, and stays right when somebody moves it out of the script,
where the two commands would be a race that two callers win together.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def claim(name, user):
    if not client.exists(f"name:{name}"):
        client.set(f"name:{name}", user, ex=86_400)
        return True
    return False
```
```lua
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def claim(name, user):
    return bool(client.set(f"name:{name}", user, nx=True, ex=86_400))
```
`HSETNX` does so for a field; `SADD` and `ZADD … NX` say whether they added. What needs more is a script, or `WATCH`.
```lua
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2], 'NX')
```

## Fix safety
The fix puts `SET` with `NX` in the place of an `if` that holds nothing else, in Lua and in Python. It is safe: where
it ran alone, it did the same.

## References
- [Redis: SET](https://redis.io/docs/latest/commands/set/)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Edit, Fix, Related
from redisspec.lint.conditions import is_condition_of
from redisspec.lint.pairs import SEARCHES, pairs
from redisspec.lint.pyedits import added_argument, bare, lonely_if, span_of, written
from redisspec.lint.pyfacts import called
from redisspec.lint.rule import Rule
from redisspec.readers.lua.values import FALSE, NIL, text
from redisspec.readers.values import words_of

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.flows import Value
    from redisspec.lint.pairs import Pair
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.lua.script import LuaCall, LuaScript
    from redisspec.source.span import Span


def check_lua(script: LuaScript) -> Iterator[Diagnostic]:
    """One finding an `if` that is a SET with NX."""
    # The syntax of Lua is defined for those who read some.
    from redisspec.readers.lua import syntax as lua  # noqa: PLC0415 - see above
    from redisspec.readers.lua.walk import statements  # noqa: PLC0415 - see above

    lonely = {
        one.clauses[0][1][0].span: one
        for one in statements(script.chunk.body)
        if isinstance(one, lua.If)
        and len(one.clauses) == 1
        and not one.otherwise
        and len(one.clauses[0][1]) == 1
        and isinstance(one.clauses[0][0], lua.Binary | lua.Unary)
    }
    for call in script.calls:
        condition = lonely.get(call.span)
        if condition is None or call.command != "SET" or not call.dropped or call.open:
            continue
        guard = call.guards[-1] if call.guards else None
        if guard is None or not guard.holds or call.effects[0].condition is not None:
            continue
        looked = _looked_up(guard.condition)
        if looked is not None and words_of(looked) == call.words[:1]:
            yield RULE.found(
                condition.clauses[0][0].span,
                f"`{looked.text}`, then `SET`: one command does both, and stays right outside of "
                "a script too",
                "write `SET … NX`",
                severity="info",
                fix=_fix(script, call, condition.span),
            )


def _looked_up(condition: Value) -> Value | None:
    """The reply of EXISTS or GET that a condition finds to be missing."""
    match condition.text, condition.parts:
        case "not", (reply,) if reply.provenance == "reply" and reply.text == "GET":
            return reply
        case "==", (reply, other) if reply.provenance == "reply":
            if reply.text == "GET" and other in (FALSE, NIL):
                # A missing key is false; nil is never equal to it.
                return reply if other == FALSE else None
            if reply.text == "EXISTS" and other.text == text("0").text:
                return reply
    return None


def _fix(script: LuaScript, call: LuaCall, whole: Span) -> Fix | None:
    source = script.source
    first = source.offset(whole.line, whole.column)
    after = source.offset(whole.end_line, whole.end_column)
    if any(first <= at < after for at, _ in script.chunk.comments):
        # A comment in there would go with the `if`.
        return None
    start = source.offset(call.span.line, call.span.column)
    end = source.offset(call.spans[-1].end_line, call.spans[-1].end_column)
    close = source.offset(call.span.end_line, call.span.end_column)
    written = f"{source.text[start:end]}, 'NX'{source.text[end:close]}"
    return Fix("Set it with NX", (Edit(whole, written),), safe=True)


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a look that decides about a write."""
    for pair in pairs(context.module, "RS301"):
        if is_condition_of(pair.first, pair.second):
            yield RULE.found(
                pair.first_span,
                f"`{pair.first.command}` says whether {called(pair.key)} is there, and `{pair.second.command}` is "
                "told so later: where it has come or gone in between, nothing is written",
                "write it whether it is there or not, or let a script do both",
                related=(Related(pair.second_span, "it is written here"),),
            )
            continue
        if (pair.first.command, pair.second.command) in SEARCHES:
            yield RULE.found(
                pair.first_span,
                f"`{pair.first.command}` reads all of {called(pair.key)}, which does not have it, and "
                f"`{pair.second.command}` adds it later: two callers at once both find it missing, and both add it",
                _WAYS.get(
                    pair.second.command or "",
                    "keep a set beside the list: `sadd` answers whether it is new",
                ),
                related=(Related(pair.second_span, "it is added here"),),
            )
            continue
        yield RULE.found(
            pair.first_span,
            f"`{pair.first.command}` finds {called(pair.key)} missing, and `{pair.second.command}` writes it "
            "later: two callers at once both find it missing, and both write",
            _WAYS.get(pair.second.command or "", "let one command or a script do both"),
            related=(Related(pair.second_span, "it is written here"),),
            fix=_python_fix(context, pair),
        )


_WAYS = {
    "SET": "write `set(…, nx=True)`: the reply says whether it was missing",
    "SETEX": "write `set(…, ex=…, nx=True)`: the reply says whether it was missing",
    "HSET": "write `hsetnx(…)`, or let a script do both",
    "SADD": "`sadd` answers whether it was missing: let that decide",
    "ZADD": "write `zadd(…, nx=True)`: the reply says whether it was missing",
}


def _python_fix(context: PyContext, pair: Pair) -> Fix | None:
    """`if not client.exists(key): client.set(key, value)` becomes a SET with NX."""
    module, read, write = context.module, pair.first, pair.second
    if read.sites or write.sites or write.method != "set" or "keepttl" in write.arguments:
        return None
    if read.command not in ("EXISTS", "GET") or not {"nx", "xx"}.isdisjoint(write.arguments):
        return None
    node = lonely_if(module, write.node)
    if node is None or bare(_asked(node.test)) is not read.node:
        return None
    # The call with an argument more stands in the place of the `if`.
    added = added_argument(module, write.node, "nx=True")
    source, start = module.source, span_of(module, node.body[0])
    text = written(module, node.body[0])
    cut = source.offset(added.span.line, added.span.column) - source.offset(
        start.line, start.column
    )
    replaced = Edit(span_of(module, node), text[:cut] + added.content + text[cut:])
    return Fix("Set it with NX", (replaced,), safe=True)


def _asked(test: ast.expr) -> ast.expr:
    """What is found missing by a test."""
    match test:
        case ast.UnaryOp(ast.Not(), operand):
            return operand
        case ast.Compare(left, [ast.Eq() | ast.Is()], [ast.Constant(None | 0)]):
            return left
    return test


RULE = Rule(
    "RS301",
    "check-then-set",
    "error",
    "atomicity",
    "python",
    __doc__ or "",
    lua=check_lua,
    mends_lua=True,
    python=check_python,
    mends_python=True,
)
