"""A collection is read whole, whatever its size.

## What it does
Finds, in Python and Lua, `SMEMBERS`, `HKEYS`, `HVALS`, `LRANGE key 0 -1` and `ZRANGE key 0 -1`, and `HGETALL` of a
key of which there is only one, that nothing in the file bounds; in Python `ZRANGEBYSCORE key -inf +inf` too.

## Why is this bad
What has ten members in a test has a million after a year. The server builds the whole reply before it serves anybody
else, the network carries it, and the process keeps it in memory twice.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def online():
    return client.smembers("online")
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def online():
    return list(client.sscan_iter("online", count=500))
```
Or bound it where it is written (`LTRIM`, `ZREMRANGEBYRANK`), and read a page: `ZRANGE key 0 99`.

## Fix safety
There is no fix: a scan may name a member twice, and what a page is depends on what is shown.

## References
- [Redis: SMEMBERS](https://redis.io/docs/latest/commands/smembers/)
- [Redis: SSCAN](https://redis.io/docs/latest/commands/scan/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.lint.luafacts import called as lua_called
from redisspec.lint.luafacts import hand_written, is_blind, same_key
from redisspec.lint.pyfacts import called, is_private, is_set, own_calls
from redisspec.lint.rule import Rule
from redisspec.readers.values import leaves

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.flows import Value
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.lua.script import LuaScript
    from redisspec.readers.python.module import PyCall


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a read of a whole collection."""
    for procedure in context.procedures:
        for call in own_calls(procedure):
            key = call.key
            if key is None or not reads_whole(call) or is_private(key):
                continue
            if call.command == "HGETALL" and not is_set(key.value):
                # A record, more often than not.
                continue
            yield RULE.found(
                call.span,
                f"`{call.command}` reads all of {called(key)}, whatever its size, and the server serves nobody else "
                "meanwhile",
                "walk it with a scan, read a page of it, or bound it where it is written",
            )


def check_lua(script: LuaScript) -> Iterator[Diagnostic]:
    """The same in a script, which nobody is served beside."""
    if is_blind(script) or not hand_written(script):
        return
    for call in script.calls:
        whole = call.command in ("SMEMBERS", "HKEYS", "HVALS") or (
            call.command in ("LRANGE", "ZRANGE", "ZREVRANGE")
            and (call.word(1), call.word(2)) == ("0", "-1")
        )
        if (
            not whole
            or not call.keys
            or call.keys[0].keyspace is not None
            or any(
                one.command in _SIZES and any(same_key(key, call.keys[0]) for key in one.keys)
                for one in script.calls
            )
        ):
            continue
        yield RULE.found(
            call.span,
            f"`{call.command}` reads all of {lua_called(call.keys[0])}, whatever its size, and the server serves nobody "
            "else until the script is through",
            "read a page of it, or bound it where it is written",
        )


_SIZES = frozenset(("LLEN", "SCARD", "ZCARD", "HLEN"))


def reads_whole(call: PyCall) -> bool:
    """Whether a call reads a collection from end to end."""
    if call.command in ("SMEMBERS", "HGETALL", "HKEYS", "HVALS"):
        return True
    if call.command in ("LRANGE", "ZRANGE", "ZREVRANGE"):
        first, last = call.argument("start"), call.argument("end")
        return first is not None and last is not None and (first.text, last.text) == ("0", "-1")
    if call.command in ("ZRANGEBYSCORE", "ZREVRANGEBYSCORE") and call.argument("num") is None:
        least, most = call.argument("min"), call.argument("max")
        return least is not None and most is not None and _is_endless(least, most)
    return False


def _is_endless(least: Value, most: Value) -> bool:
    """Whether scores from anything to anything are meant: `-inf`, `+inf`, `float("inf")`."""
    ends = {one.text.lower() for one in (*leaves(least), *leaves(most))}
    return "-inf" in ends and bool(ends & {"+inf", "inf"})


RULE = Rule(
    "RS211",
    "full-read",
    "info",
    "growth",
    "python",
    __doc__ or "",
    lua=check_lua,
    python=check_python,
)
