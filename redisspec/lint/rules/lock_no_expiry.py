"""A lock is taken without an expiry.

## What it does
Finds, in a spec, locks without a `ttl`. Finds, in Lua, `SETNX` or `SET … NX` on a key that is called a lock (by its
name, or by the script's) and that gets no TTL in the same script. Finds, in Python, `lock(…)` and `Lock(…)` without a
`timeout`, and `SETNX` or `SET … NX` on what is called a lock, to which nothing in the file gives a TTL.

## Why is this bad
A holder that dies does not release its lock. Without an expiry nobody else ever gets it: the work stands still until
somebody finds out which key to delete, usually at night. A generated lock always has an expiry; where the spec is
silent it is 30 s, which nobody has held against the work: too short, and two work at a time, too long, and all wait
for a holder that is dead.

## Example
```yaml
locks:
  checkout:
    key: checkout:<order_id:uuid>
    renew: auto
```
```python
import redis

client = redis.Redis(socket_timeout=2)


def work(name):
    with client.lock(f"lock:{name}"):
        return client.incr(f"runs:{name}")
```
```lua
local lock_key = KEYS[1]
return redis.call('SETNX', lock_key, ARGV[1])
```

## Use instead
```yaml
locks:
  checkout:
    key: checkout:<order_id:uuid>
    renew: auto
    ttl: 30s
```
```python
import redis

client = redis.Redis(socket_timeout=2)


def work(name):
    with client.lock(f"lock:{name}", timeout=30):
        return client.incr(f"runs:{name}")
```
```lua
local lock_key = KEYS[1]
return redis.call('SET', lock_key, ARGV[1], 'NX', 'PX', ARGV[2])
```

## Fix safety
Unsafe: the fix lets the lock go after 30 seconds, or what a spec declares for it, and how long the work may take is
yours to say. `setnx` becomes `set` with `nx=True`, which answers None instead of False.

## References
- [Redis: distributed locks](https://redis.io/docs/latest/develop/clients/patterns/distributed-locks/)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Fix
from redisspec.lint.declared import declared
from redisspec.lint.lockwords import taken
from redisspec.lint.luafacts import called, exclusive, is_blind, same_key, touches
from redisspec.lint.pyedits import added_argument, other_method
from redisspec.lint.pyfacts import called as py_called
from redisspec.lint.pyfacts import does, own_calls
from redisspec.lint.pyfacts import touches as py_touches
from redisspec.lint.rule import Rule
from redisspec.lint.wording import duration
from redisspec.readers.python.values import NONE

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.flows import Value
    from redisspec.ir.program import Program
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.lua.script import LuaCall, LuaKey, LuaScript
    from redisspec.readers.python.module import PyCall, PyKey

# `lock_key`, `userLock`, `order:lock`; neither `block`, `clock` nor `unlock`.
_LOCK = re.compile(r"(?:^|[^a-z])(?:lock|mutex|lease)(?![a-z])|(?:Lock|Mutex|Lease)(?![a-z])")


def check(program: Program) -> Iterator[Diagnostic]:
    """One finding a declared lock of which nobody has said how long a holder has it."""
    for policy in program.policies:
        if policy.kind == "lock" and (policy.lifetime is None or not policy.lifetime.stated):
            yield RULE.found(
                policy.span,
                f"`{policy.name}` has no `ttl`: nobody has said how long a holder that died keeps it from the others",
                "add a `ttl` (`ttl: 30s`), and `renew: auto` where the work may take longer",
            )


def check_lua(script: LuaScript) -> Iterator[Diagnostic]:
    """One finding a lock that is taken for ever."""
    if is_blind(script):
        return
    for call, key in locks_for_ever(script):
        yield RULE.found(
            call.span,
            f"{called(key)} is locked without an expiry: when its holder dies, nobody gets the "
            "lock again",
            "take it with its expiry: `SET … NX PX milliseconds`",
        )


def locks_for_ever(script: LuaScript) -> Iterator[tuple[LuaCall, LuaKey]]:
    """The calls that take a lock to which the script gives no TTL."""
    every = list(touches(script))
    for _, call, key, effect in every:
        if call.command not in ("SETNX", "SET") or effect.condition != "NX":
            continue
        if "expires" in effect.actions or not _is_lock(script, key):
            continue
        if not any(
            "expires" in other.actions
            and same_key(key, its)
            and not exclusive(call.guards, later.guards)
            for _, later, its, other in every
        ):
            yield call, key


def _is_lock(script: LuaScript, key: LuaKey) -> bool:
    start = script.source.offset(key.span.line, key.span.column)
    end = script.source.offset(key.span.end_line, key.span.end_column)
    names = [script.name, script.source.text[start:end], key.pattern.text]
    return any(_LOCK.search(name) for name in names)


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a lock that is taken for ever."""
    module = context.module
    for procedure in context.procedures:
        for call in own_calls(procedure):
            if call.method == "lock" and call.command is None and _has_no_timeout(call.arguments):
                key = call.key
                yield RULE.found(
                    call.span,
                    f"{'the lock' if key is None else py_called(key)} has no `timeout`: when its holder dies, nobody "
                    "gets it again",
                    "write `timeout=…`, longer than the work takes",
                    fix=_timed(context, call, key),
                )
    for client in module.clients:
        if client.kind != "lock" or client.open or len(client.positional) > _TIMEOUT_AT:
            continue
        if _has_no_timeout(client.settings):
            yield RULE.found(
                client.span,
                "the lock has no `timeout`: when its holder dies, nobody gets it again",
                "write `timeout=…`, longer than the work takes",
                fix=None
                if "timeout" in client.settings or not isinstance(client.node, ast.Call)
                else Fix(_SAID, (added_argument(module, client.node, f"timeout={_SECONDS}"),)),
            )
    expired: dict[Value, set[str]] = {}
    for procedure in context.procedures:
        for _, key, effect in py_touches(procedure):
            if "expires" in effect.actions:
                expired.setdefault(key.value, set()).add(procedure.name)
    locks = list(taken(module))
    takers = {(key.value, call.function) for call, key in locks}
    for call, key in locks:
        # Who takes the lock and gives it its TTL by itself does so for nobody else.
        given = any(
            name == call.function or (key.value, name) not in takers
            for name in expired.get(key.value, ())
        )
        if not does(call, "expires") and not given and "**" not in call.arguments:
            yield RULE.found(
                call.span,
                f"{py_called(key)} is locked without an expiry: when its holder dies, nobody gets the lock again",
                "take it with its expiry: `set(name, token, nx=True, ex=…)`",
                fix=_expiring(context, call, key),
            )


_SECONDS = 30
_SAID = f"Let it go after {_SECONDS} s: put in what the work takes at most"


def _ttl(context: PyContext, key: PyKey | None) -> tuple[int, str]:
    """How long the lock is kept (ms), and what the fix says of it: the spec's word where it has one."""
    its = None if key is None else declared(context.spec, key.pattern)
    if its is None or its.ttl_ms is None:
        return _SECONDS * 1_000, _SAID
    return its.ttl_ms, f"Let it go after the declared {duration(its.ttl_ms)}"


def _timed(context: PyContext, call: PyCall, key: PyKey | None) -> Fix | None:
    if call.sites or "timeout" in call.arguments:
        return None
    ttl, said = _ttl(context, key)
    seconds = f"{ttl / 1_000:.3f}".rstrip("0").rstrip(".")
    return Fix(said, (added_argument(context.module, call.node, f"timeout={seconds}"),))


def _expiring(context: PyContext, call: PyCall, key: PyKey) -> Fix | None:
    """`setnx(key, token)` and `set(key, token, nx=True)` with their expiry."""
    if call.sites or not {"ex", "px", "exat", "pxat", "keepttl"}.isdisjoint(call.arguments):
        return None
    ttl, said = _ttl(context, key)
    given = f"px={ttl}" if ttl % 1_000 else f"ex={ttl // 1_000}"
    if call.method == "set":
        return Fix(said, (added_argument(context.module, call.node, given),))
    if call.method != "setnx" or len(call.node.args) != 2 or call.node.keywords:
        return None
    other = other_method(context.module, call.node, "set")
    if other is None:
        return None
    return Fix(said, (other, added_argument(context.module, call.node, f"nx=True, {given}")))


# Lock(redis, name, timeout=None, …)
_TIMEOUT_AT = 2


def _has_no_timeout(arguments: Mapping[str, Value]) -> bool:
    given = arguments.get("timeout")
    return "**" not in arguments and (given is None or given == NONE)


RULE = Rule(
    "RS401",
    "lock-no-expiry",
    "error",
    "locks",
    "model",
    __doc__ or "",
    check,
    lua=check_lua,
    python=check_python,
    mends_python=True,
)
