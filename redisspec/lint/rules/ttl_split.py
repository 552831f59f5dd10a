"""A key is written, and gets its TTL in another step.

## What it does
Finds, in Python, a command that creates a key and, in another round trip, the `EXPIRE` that gives it its TTL. Finds, in
Lua, a `return` between a command that creates a key and the command that gives that key its TTL,
under a condition that has nothing to do with the key. A write and its EXPIRE in one script are one atomic
step, so that nothing else can come between them.

## Why is this bad
Nothing that a script has written is undone when it leaves early. Each time that it does, a key stays
without a TTL: a handful a day, in a branch that no test takes, until memory is full of them.

In Python a crash, a timeout or a deployment between the two does the same, and there are many more of them.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def remember(user, token):
    client.set(f"token:{user}", token)
    client.expire(f"token:{user}", 3_600)
```
```lua
redis.call('HSET', KEYS[1], 'owner', ARGV[1])
if redis.call('EXISTS', KEYS[2]) == 0 then
  return 0
end
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
```

## Use instead
One command, or one transaction:
```python
import redis

client = redis.Redis(socket_timeout=2)


def remember(user, token):
    client.set(f"token:{user}", token, ex=3_600)


def visit(user, page):
    with client.pipeline(transaction=True) as pipe:
        pipe.lpush(f"visits:{user}", page)
        pipe.expire(f"visits:{user}", 3_600)
        pipe.execute()
```
```lua
if redis.call('EXISTS', KEYS[2]) == 0 then
  return 0
end
redis.call('HSET', KEYS[1], 'owner', ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
```

## Fix safety
In Python the fix gives a `set` the TTL of the `expire` directly behind it, which goes: the key has the same TTL, from
the same moment on. In Lua there is none: whether the write or the check comes first is your decision.

## References
- [Redis: EXPIRE](https://redis.io/docs/latest/commands/expire/)
- [Redis: scripts and atomicity](https://redis.io/docs/latest/develop/programmability/eval-intro/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Edit, Fix, Related
from redisspec.lint.luafacts import called, depends_on, exclusive, is_blind, same_key, touches
from redisspec.lint.pyedits import added_argument, directly_behind, without_statement, written
from redisspec.lint.pyfacts import atomic, one_trip, place
from redisspec.lint.pyfacts import called as its
from redisspec.lint.pyfacts import exclusive as never_both
from redisspec.lint.rule import Rule
from redisspec.readers.values import leaves, mentions

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.flows import Effect
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.lua.script import Guard, LuaCall, LuaKey, LuaReply, LuaScript
    from redisspec.readers.python.module import PyCall, PyKey, PyProcedure


def check_lua(script: LuaScript) -> Iterator[Diagnostic]:
    """One finding an early return that leaves a key without its TTL."""
    if is_blind(script):
        return
    every = list(touches(script))
    for number, write, key, effect in every:
        if "creates" not in effect.actions or "expires" in effect.actions or effect.condition:
            continue
        expiry = next(
            (
                (later, call)
                for later, call, other, done in every
                if later > number
                and "expires" in done.actions
                and same_key(key, other)
                and not exclusive(write.guards, call.guards)
            ),
            None,
        )
        if expiry is None or write.loops:
            continue
        later, call = expiry
        for reply in script.replies:
            if number < reply.calls_before <= later and _leaves(write, key, call, reply):
                if _mended(every, number, reply, key):
                    continue
                yield RULE.found(
                    reply.statement,
                    f"the script may leave here with {called(key)} written and without its TTL: "
                    "what it wrote stays, until somebody deletes it",
                    "check first and write then, or give the TTL directly after the write",
                    related=(
                        Related(write.span, "it is written here"),
                        Related(call.span, "it gets its TTL here"),
                    ),
                )


def _leaves(write: LuaCall, key: LuaKey, expiry: LuaCall, reply: LuaReply) -> bool:
    """Whether the return is one that the expiry does not reach, for a reason of its own."""
    if exclusive(write.guards, reply.guards) or not exclusive(reply.guards, expiry.guards):
        return False
    own: list[Guard] = [guard for guard in reply.guards if guard not in write.guards]
    given = {leaf for word in expiry.words[1:] for leaf in leaves(word)}
    if any(leaf in given for guard in own for leaf in leaves(guard.condition)):
        # The caller decides whether there is a TTL at all.
        return False
    return not depends_on(own, key)


def _mended(
    every: list[tuple[int, LuaCall, LuaKey, Effect]], number: int, reply: LuaReply, key: LuaKey
) -> bool:
    """Whether the way to the return deletes the key again, or gives it a TTL."""
    return any(
        number < later < reply.calls_before
        and same_key(key, other)
        and not done.actions.isdisjoint(("deletes", "expires"))
        for later, _, other, done in every
    )


# What comes with the TTL of another key, or is told by a rule of its own.
_OTHERS = frozenset(("RENAME", "RENAMENX", "COPY", "RESTORE", "SETNX", "HSETNX"))


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding an EXPIRE that comes in another round trip than its write."""
    for procedure in context.procedures:
        for expiry in procedure.calls:
            for key, effect in zip(expiry.keys, expiry.effects, strict=False):
                if "expires" not in effect.actions or "creates" in effect.actions:
                    continue
                write = _written_before(procedure, expiry, key) or _written_with_others(
                    procedure, expiry, key
                )
                if write is None:
                    continue
                first, second, own = place(write, expiry)
                if own:
                    yield RULE.found(
                        first,
                        f"`{write.command}` writes {its(key)}, and `{expiry.command}` gives it its TTL in "
                        "another step: a crash between the two leaves it there for ever",
                        _way(write),
                        related=(Related(second, "it gets its TTL here"),),
                        fix=_fix(context, write, expiry),
                    )


def _written_before(procedure: PyProcedure, expiry: PyCall, key: PyKey) -> PyCall | None:
    """The last call before an EXPIRE that creates its key in a step of its own, without a TTL."""
    for call in reversed(procedure.calls[: expiry.number]):
        for other, effect in zip(call.keys, call.effects, strict=False):
            if other.value != key.value or call.receiver.where != expiry.receiver.where:
                continue
            if never_both(call.guards, expiry.guards):
                continue
            if not effect.actions.isdisjoint(("expires", "deletes")):
                return None
            if "creates" not in effect.actions or effect.condition is not None:
                continue
            if call.command in _OTHERS or atomic(call, expiry):
                return None
            # A pipeline without MULTI is sent whole: its client may die only before or after it.
            return None if one_trip(call, expiry) else call
    return None


def _written_with_others(procedure: PyProcedure, expiry: PyCall, key: PyKey) -> PyCall | None:
    """The MSET before a loop that gives each of its keys a TTL."""
    if not expiry.loops or expiry.batch is not None:
        return None
    loop = expiry.loops[-1]
    if not mentions(key.value, (loop.variable,)):
        return None
    for call in reversed(procedure.calls[: expiry.number]):
        mapping = call.argument("mapping") if call.command == "MSET" else None
        if mapping is None:
            continue
        # What a helper makes keys of may be what the loop walks: `mset(prefixed(values))`.
        made_of = [leaf for leaf in leaves(mapping) if leaf.provenance == "parameter"]
        if mentions(loop.over, (mapping, *mapping.parts, *made_of)):
            return call
    return None


def _way(write: PyCall) -> str:
    if write.command in ("SET", "MSET"):
        return "give `set` the TTL: `ex=…` or `px=…`"
    return "send both in one transaction: `with client.pipeline(transaction=True) as pipe:`"


_TTL_OF = {"expire": "ex", "pexpire": "px", "expireat": "exat", "pexpireat": "pxat"}


def _fix(context: PyContext, write: PyCall, expiry: PyCall) -> Fix | None:
    """`set(key, value)` and `expire(key, ttl)` directly behind it become one `set`."""
    module, word = context.module, _TTL_OF.get(expiry.method)
    if write.sites or expiry.sites or write.method != "set" or word is None or not expiry.dropped:
        return None
    if not {"ex", "px", "exat", "pxat", "keepttl", "get"}.isdisjoint(write.arguments):
        return None
    given = [
        *expiry.node.args[1:],
        *(one.value for one in expiry.node.keywords if one.arg in _TIMES),
    ]
    if len(given) != 1 or len(expiry.node.args) + len(expiry.node.keywords) != 2:
        return None
    behind = directly_behind(module, write.node, expiry.node)
    if behind is None:
        return None
    removed = without_statement(module, behind)
    if removed is None:
        return None
    added: Edit = added_argument(module, write.node, f"{word}={written(module, given[0])}")
    return Fix(f"Give `set` the TTL with `{word}=`", (added, removed), safe=True)


_TIMES = ("time", "when")

RULE = Rule(
    "RS103",
    "ttl-split",
    "error",
    "ttl",
    "python",
    __doc__ or "",
    lua=check_lua,
    python=check_python,
    mends_python=True,
)
