"""Nothing says how many entries a stream keeps.

## What it does
Finds streams without `max_items`, and in Lua an `XADD` without `MAXLEN` or `MINID` to a stream that the script
neither trims nor lets expire (a warning: another caller may trim it); and in Python one to a stream that no file of the
project trims, deletes or lets expire.

## Why is this bad
A stream keeps every entry that was ever appended. Reading does not remove one, nor does acknowledging
it (`XACK` only forgets that it was pending). A stream that works well on its first day is the largest
key of the server after a year, and trimming it then blocks the server.

## Example
```yaml
keyspaces:
  order_events:
    key: events:{<shop_id:int>}
    structure: stream
    fields: {order_id: uuid, quantity: int}
    ttl: 30d
```
```lua
return redis.call('XADD', KEYS[1], '*', 'order_id', ARGV[1])
```
```python
import redis

client = redis.Redis(socket_timeout=2)


def placed(shop, order):
    client.xadd(f"events:{shop}", {"order": order})
```

## Use instead
```yaml
keyspaces:
  order_events:
    key: events:{<shop_id:int>}
    structure: stream
    fields: {order_id: uuid, quantity: int}
    max_items: 100_000
    ttl: 30d
```
```lua
return redis.call('XADD', KEYS[1], 'MAXLEN', '~', 100000, '*', 'order_id', ARGV[1])
```
```python
import redis

client = redis.Redis(socket_timeout=2)


def placed(shop, order):
    client.xadd(f"events:{shop}", {"order": order}, maxlen=100_000)
```

## Fix safety
The fix adds `max_items: 100_000`, or `MAXLEN ~ 100000` in Lua and `maxlen=100_000` in Python. It is unsafe: entries
past the bound are trimmed, and only you know how far behind the slowest reader may be.

## References
- [Redis: XADD, capped streams](https://redis.io/docs/latest/commands/xadd/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Edit, Fix
from redisspec.lint.declarations import place
from redisspec.lint.luafacts import called, is_blind, same_key, touches
from redisspec.lint.pyedits import added_argument
from redisspec.lint.pyfacts import called as py_called
from redisspec.lint.pyfacts import touches as py_touches
from redisspec.lint.rule import Rule, inserted

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.program import Program
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.lua.script import LuaCall, LuaScript
    from redisspec.source.text import SourceText

_BOUND = "max_items: 100_000"


def check(program: Program) -> Iterator[Diagnostic]:
    """One finding a stream without a bound."""
    for keyspace in program.keyspaces:
        if keyspace.structure == "stream" and keyspace.bound.max_items is None:
            yield RULE.found(
                place(keyspace, "structure"),
                f"`{keyspace.name}` has no `max_items`: a stream keeps every entry, read and "
                "acknowledged or not, until it is the largest key of the server",
                f"add a bound, for instance `{_BOUND}` (the oldest entries are trimmed)",
            )


def mend(diagnostic: Diagnostic, source: SourceText) -> Fix | None:
    """Add `max_items` after `structure: stream`, on a line of its own or inside the braces."""
    span = diagnostic.span
    start = source.offset(span.line, span.column)
    end = source.offset(span.end_line, span.end_column)
    line = source.line(span.line)
    before = line[: span.column - 1]
    if not before.rstrip().endswith("structure:"):
        return None
    rest = line[span.end_column - 1 :].strip()
    key = before.rstrip().removesuffix("structure:")
    if not key.strip() and (not rest or rest.startswith("#")):
        at = start - len(before) + len(line)
        edit = Edit(source.span(at, at), f"\n{key}{_BOUND}")
    else:
        edit = Edit(source.span(end, end), f", {_BOUND}")
    return Fix("Keep the newest 100_000 entries", (edit,), safe=False)


def check_lua(script: LuaScript) -> Iterator[Diagnostic]:
    """One finding an XADD to a stream that nothing in the script bounds."""
    if is_blind(script):
        return
    every = list(touches(script))
    for _, call, key, effect in every:
        if call.command != "XADD" or "trims" in effect.actions or "grows" not in effect.actions:
            continue
        if _place_of_id(call) is None or any(
            same_key(key, other) and not done.actions.isdisjoint(("trims", "expires", "deletes"))
            for _, _, other, done in every
        ):
            continue
        yield RULE.found(
            call.span,
            f"{called(key)} is a stream that keeps every entry, read and acknowledged or not, until "
            "it is the largest key of the server",
            "bound it: `'MAXLEN', '~', 100000` before the ID",
            severity="warning",
            fix=_bounded(call),
        )


def _place_of_id(call: LuaCall) -> int | None:
    """Where the ID stands among the words; None where options may come in variables."""
    for number in range(1, len(call.words)):
        word = call.word(number)
        if word is None:
            # It may be an ID that the caller chose, or an option.
            return None
        if word not in ("NOMKSTREAM", "KEEPREF", "DELREF", "ACKED"):
            return number
    return None


def _bounded(call: LuaCall) -> Fix | None:
    number = _place_of_id(call)
    if number is None:
        return None
    edit = inserted(call.spans[number], "'MAXLEN', '~', 100000, ")
    return Fix("Keep about the newest 100000 entries", (edit,), safe=False)


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding an XADD to a stream that nothing in the file bounds."""
    bounded = {
        key.value
        for procedure in context.procedures
        for call, key, effect in py_touches(procedure)
        if not effect.actions.isdisjoint(("trims", "expires", "deletes"))
    }
    for procedure in context.procedures:
        for call, key, effect in py_touches(procedure):
            if call.command != "XADD" or call.sites or "trims" in effect.actions:
                continue
            if key.value in bounded or {"maxlen", "minid", "**"} & call.arguments.keys():
                continue
            added = added_argument(context.module, call.node, "maxlen=100_000")
            yield RULE.found(
                call.span,
                f"{py_called(key)} is a stream that keeps every entry, read and acknowledged or not, until it is "
                "the largest key of the server",
                "bound it: `maxlen=100_000` (about that many, by default)",
                fix=Fix("Keep about the newest 100_000 entries", (added,), safe=False),
            )


RULE = Rule(
    "RS202",
    "xadd-no-maxlen",
    "error",
    "growth",
    "model",
    __doc__ or "",
    check,
    mend,
    lua=check_lua,
    mends_lua=True,
    python=check_python,
    mends_python=True,
)
