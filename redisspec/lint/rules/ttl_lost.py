"""A write takes the TTL off a key that has one.

## What it does
Finds, in Python, `SET` without a TTL or `keepttl`, and `GETSET`, on keys to which the project gives a TTL in another
place, or that a spec declares to live for a time. Finds, in Lua, `SET` without `KEEPTTL` or a TTL, `GETSET`, and
`RENAME` onto a key to which the same script gives a TTL elsewhere, where no command after it gives the TTL again.

## Why is this bad
`SET` replaces the key with its TTL. A counter that should live a minute, or a session that should live an
hour, then stays for ever from its second write on: the limit never resets, and memory grows.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def open_window(user):
    client.set(f"tries:{user}", 0, ex=3_600)


def failed(user, tries):
    client.set(f"tries:{user}", tries)
```
```lua
local left = redis.call('GET', KEYS[1])
if not left then
  redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
else
  redis.call('SET', KEYS[1], left - 1)
end
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def open_window(user):
    client.set(f"tries:{user}", 0, ex=3_600)


def failed(user, tries):
    client.set(f"tries:{user}", tries, keepttl=True)
```
```lua
local left = redis.call('GET', KEYS[1])
if not left then
  redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
else
  redis.call('SET', KEYS[1], left - 1, 'KEEPTTL')
end
```

## Fix safety
The fix adds `KEEPTTL` (`keepttl=True`) to a `SET`, or the declared TTL where a spec has one. It is unsafe: if the key
was meant to stay from then on, it no longer does.

## References
- [Redis: SET](https://redis.io/docs/latest/commands/set/)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Edit, Fix, Related
from redisspec.lint.declared import declared
from redisspec.lint.luafacts import called, exclusive, is_blind, same_key, touches
from redisspec.lint.pyedits import added_argument
from redisspec.lint.pyfacts import called as py_called
from redisspec.lint.pyfacts import exclusive as never_both
from redisspec.lint.pyfacts import is_set
from redisspec.lint.pyfacts import touches as py_touches
from redisspec.lint.rule import Rule
from redisspec.lint.wording import duration
from redisspec.readers.values import leaves

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.flows import Effect, Value
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.lua.script import LuaCall, LuaKey, LuaScript
    from redisspec.readers.python.module import PyCall, PyKey, PyProcedure

_TTL_REPLIES = ("TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME")


def check_lua(script: LuaScript) -> Iterator[Diagnostic]:
    """One finding a write that clears a TTL which the script gives."""
    if is_blind(script):
        return
    every = list(touches(script))
    for number, call, key, effect in every:
        if "clears_ttl" not in effect.actions or call.command == "PERSIST":
            continue
        given = _given(every, number, call, key)
        if given is None or _again(every, number, call, key) or _chosen(call, given):
            continue
        if call.command == "RENAME" and _carried(every, call):
            continue
        yield RULE.found(
            call.span,
            f"`{call.command}` takes the TTL off {called(key)}, which the script gives a TTL "
            "elsewhere: from here on the key stays until somebody deletes it",
            "add `'KEEPTTL'`, or the TTL (`'PX', ttl`)"
            if call.command == "SET"
            else "give the TTL again after it, in the same script",
            related=(Related(given.span, "it gets its TTL here"),),
            fix=_keep(call),
        )


def _given(
    every: list[tuple[int, LuaCall, LuaKey, Effect]], number: int, call: LuaCall, key: LuaKey
) -> LuaCall | None:
    """A call that gives the key a TTL."""
    for at, other, its, effect in every:
        if at != number and "expires" in effect.actions and its.value == key.value:
            return other
    return None


def _again(
    every: list[tuple[int, LuaCall, LuaKey, Effect]], number: int, call: LuaCall, key: LuaKey
) -> bool:
    """Whether the key may get a TTL after it, or is deleted."""
    return any(
        same_key(key, other)
        and not effect.actions.isdisjoint(("expires", "deletes"))
        and ((at > number and not exclusive(call.guards, later.guards)) or _next_round(call, later))
        for at, later, other, effect in every
        if at != number
    )


def _next_round(call: LuaCall, other: LuaCall) -> bool:
    return bool(call.loops and other.loops)


def _chosen(call: LuaCall, given: LuaCall) -> bool:
    """Whether the caller, or the TTL that the key has, decides which of the two runs."""
    ttl = {leaf for word in given.words[1:] for leaf in leaves(word)}
    for guard in (*call.guards, *given.guards):
        if any(leaf in ttl and leaf.provenance != "constant" for leaf in leaves(guard.condition)):
            return True
        if any(leaf.text in _TTL_REPLIES for leaf in leaves(guard.condition)):
            return True
    against = {(guard.condition, not guard.holds) for guard in given.guards}
    return any(
        (guard.condition, guard.holds) in against and _of_caller(guard.condition)
        for guard in call.guards
    )


def _of_caller(condition: Value) -> bool:
    """Whether nothing but ARGV and constants decides it."""
    return all(leaf.provenance in ("constant", "parameter") for leaf in leaves(condition))


def _carried(every: list[tuple[int, LuaCall, LuaKey, Effect]], call: LuaCall) -> bool:
    """Whether what is renamed brings a TTL along."""
    source = call.keys[0]
    return any(same_key(source, key) and "expires" in effect.actions for _, _, key, effect in every)


def _keep(call: LuaCall) -> Fix | None:
    if call.command != "SET" or call.open or not call.spans:
        return None
    last = call.spans[-1]
    at = last._replace(line=last.end_line, column=last.end_column)
    return Fix("Keep the TTL", (Edit(at, ", 'KEEPTTL'"),), safe=False)


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a SET that takes off a TTL which another place of the file gives, or the spec declares."""
    if context.spec is not None:
        yield from _off_declared(context)
    given: dict[tuple[Value, Value], PyCall] = {}
    for procedure in context.procedures:
        for call, key, effect in py_touches(procedure):
            if "expires" in effect.actions and not is_set(key.value):
                given.setdefault((key.value, call.receiver.where), call)
    if not given:
        return
    for procedure in context.procedures:
        for call, key, effect in py_touches(procedure):
            if call.sites or call.command not in ("SET", "GETSET") or "expires" in effect.actions:
                continue
            before = given.get((key.value, call.receiver.where))
            its = declared(context.spec, key.pattern)
            if before is None or (its is not None and its.ttl_ms is not None):
                continue
            if key.value.provenance == "parameter" and before not in procedure.calls:
                # Two functions that are given a key are given two.
                continue
            if not _clears(call, effect) or _given_again(procedure, call, key):
                continue
            if _wanted(procedure, call, key):
                continue
            fix = None
            if call.method == "set":
                fix = Fix(
                    "Keep the TTL", (added_argument(context.module, call.node, "keepttl=True"),)
                )
            yield RULE.found(
                call.span,
                f"`{call.command}` takes the TTL off {py_called(key)}: from here on it stays for ever",
                "write `keepttl=True`, or give the TTL again in the same command",
                related=(Related(before.span, "it gets its TTL here"),),
                fix=fix,
            )


def _off_declared(context: PyContext) -> Iterator[Diagnostic]:
    for procedure in context.procedures:
        for call, key, effect in py_touches(procedure):
            if call.sites or call.command not in ("SET", "GETSET") or "expires" in effect.actions:
                continue
            its = declared(context.spec, key.pattern)
            if its is None or its.ttl_ms is None or not _clears(call, effect):
                continue
            if _given_again(procedure, call, key):
                continue
            fix = None
            if call.method == "set":
                ttl = f"px={its.ttl_ms}" if its.ttl_ms % 1_000 else f"ex={its.ttl_ms // 1_000}"
                fix = Fix(
                    f"Give it the declared TTL of {duration(its.ttl_ms)}",
                    (added_argument(context.module, call.node, ttl),),
                )
            yield RULE.found(
                call.span,
                f"`{call.command}` leaves {py_called(key)} without a TTL, and `{its.name}` is declared to live "
                f"{duration(its.ttl_ms)}: from here on it stays for ever",
                "write it by the generated package, or give the TTL in the same command",
                fix=fix,
            )


def _clears(call: PyCall, effect: Effect) -> bool:
    # `set(*args, **options)` hands on a TTL if it is given one.
    handed_on = "**" in call.arguments or any(
        isinstance(one, ast.Starred) for one in call.node.args
    )
    return (
        not handed_on
        and effect.condition != "NX"
        and "keepttl" not in call.arguments
        and not {"ex", "px", "exat", "pxat"} & call.arguments.keys()
    )


def _wanted(procedure: PyProcedure, call: PyCall, key: PyKey) -> bool:
    """Whether the other branch gives a TTL: `if seconds: setex(…) else: set(…)` does as its caller wants."""
    return any(
        its.value == key.value
        and "expires" in effect.actions
        and never_both(call.guards, other.guards)
        for other, its, effect in py_touches(procedure)
    )


def _given_again(procedure: PyProcedure, call: PyCall, key: PyKey) -> bool:
    """Whether the procedure gives a TTL after it, which is another rule's matter, or deletes the key."""
    return any(
        other.number > call.number
        and its.value == key.value
        and not effect.actions.isdisjoint(("expires", "deletes"))
        for other, its, effect in py_touches(procedure)
    )


RULE = Rule(
    "RS104",
    "ttl-lost",
    "error",
    "ttl",
    "lua",
    __doc__ or "",
    lua=check_lua,
    mends_lua=True,
    python=check_python,
    mends_python=True,
)
