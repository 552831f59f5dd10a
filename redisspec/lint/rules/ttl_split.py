"""A script can leave between a write and the EXPIRE that belongs to it.

## What it does
Finds, in Lua, a `return` between a command that creates a key and the command that gives that key its TTL,
under a condition that has nothing to do with the key. A write and its EXPIRE in one script are one atomic
step, so that nothing else can come between them.

## Why is this bad
Nothing that a script has written is undone when it leaves early. Each time that it does, a key stays
without a TTL: a handful a day, in a branch that no test takes, until memory is full of them.

## Example
```lua
redis.call('HSET', KEYS[1], 'owner', ARGV[1])
if redis.call('EXISTS', KEYS[2]) == 0 then
  return 0
end
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
```

## Use instead
```lua
if redis.call('EXISTS', KEYS[2]) == 0 then
  return 0
end
redis.call('HSET', KEYS[1], 'owner', ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
```

## Fix safety
There is no fix: whether the write or the check comes first is your decision.

## References
- [Redis: EXPIRE](https://redis.io/docs/latest/commands/expire/)
- [Redis: scripts and atomicity](https://redis.io/docs/latest/develop/programmability/eval-intro/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Related
from redisspec.lint.luafacts import called, depends_on, exclusive, is_blind, same_key, touches
from redisspec.lint.rule import Rule
from redisspec.readers.values import leaves

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.flows import Effect
    from redisspec.readers.lua.script import Guard, LuaCall, LuaKey, LuaReply, LuaScript


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


RULE = Rule("RS103", "ttl-split", "error", "ttl", "lua", __doc__ or "", lua=check_lua)
