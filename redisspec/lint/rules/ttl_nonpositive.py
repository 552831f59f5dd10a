"""A TTL is zero or less.

## What it does
Finds a `ttl`, its `max` or a `field_ttl` of zero or less, and those durations of policies by which the server is to
keep or forget something: `negative_ttl` and `lease` of caches, `lease`, `deduplicate` and the `ttl` of `dead_letter`
of queues, `idle` and `absolute` of sessions, `keep` and `lease` of idempotency records; in Python and Lua, commands
with such a TTL written out. A `wait`, a `stale` or a `backoff` of zero means "not at all", and is no fault.

## Why is this bad
Redis refuses such a TTL on `SET` and takes it as "delete now" on `EXPIRE`. Either every write fails,
or every write succeeds and leaves nothing behind: a cache that is always empty, and a database that
meets the whole load.

## Example
```yaml
keyspaces:
  product_page:
    key: product:<product_id:int>
    structure: string
    value: str
    max_bytes: 64KiB
    ttl: 0s
```

## Use instead
```yaml
keyspaces:
  product_page:
    key: product:<product_id:int>
    structure: string
    value: str
    max_bytes: 64KiB
    ttl: 1h
```
For keys that are meant to stay, write `ttl: never` with a `reason`.

## Fix safety
There is no fix: zero may have meant "never" or "very short".

## References
- [Redis: EXPIRE](https://redis.io/docs/latest/commands/expire/)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from redisspec.ir.model import Keyspace
from redisspec.lint.declarations import Declaration, declarations, noun, place
from redisspec.lint.pyfacts import does, own_calls
from redisspec.lint.rule import Rule
from redisspec.lint.wording import duration

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.program import Program
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.lua.script import LuaCall, LuaScript

_LASTING = "write a duration (`30s`, `1h`, `7d`), or `ttl: never` with a `reason`"
_ENDING = "write a duration (`30s`, `1h`, `7d`)"
_REFUSED = "the server refuses the write, or deletes the key at once"
_OVER = "it is over as soon as it is given, and the next one begins the same work"
_KEPT = ("idle", "absolute", "keep", "lease", "negative_ttl", "deduplicate")
"""Settings of policies that become a TTL or a deadline; zero of `wait` or `stale` has a meaning."""

_MAY_BE_LEFT_OUT = ("negative_ttl", "deduplicate")


def check(program: Program) -> Iterator[Diagnostic]:
    """One finding a declaration, for the first of its durations that is not positive."""
    for declaration in declarations(program):
        for name, keys, value in _durations(declaration):
            if value > 0:
                continue
            if isinstance(declaration, Keyspace):
                subject, way = f"`{declaration.name}`", _LASTING
            else:
                subject = f"the {noun(declaration)} `{declaration.name}`"
                way = _way(name, declaration.kind)
            yield RULE.found(
                place(declaration, *keys),
                f"the `{name}` of {subject} is {duration(value)}: "
                + (_OVER if name == "lease" else _REFUSED),
                way,
            )
            break


def _way(name: str, kind: str) -> str:
    if name == "ttl" and kind in ("cache", "queue"):
        return _LASTING
    return f"{_ENDING}, or leave `{name}` out" if name in _MAY_BE_LEFT_OUT else _ENDING


def _durations(declaration: Declaration) -> Iterator[tuple[str, tuple[str, ...], int]]:
    """The durations after which the server forgets: name, where it may be written, milliseconds."""
    lifetime = declaration.lifetime
    found: list[tuple[str, tuple[str, ...], object]] = []
    if lifetime is not None:
        found.append(("ttl", ("ttl.for", "ttl"), lifetime.ttl_ms))
        found.append(("max", ("ttl.max", "ttl"), lifetime.max_ms))
    if isinstance(declaration, Keyspace):
        found.append(("field_ttl", ("field_ttl",), declaration.field_ttl_ms))
    else:
        settings = declaration.settings
        found += [(name, (name,), settings.get(f"{name}_ms")) for name in _KEPT]
        dead = settings.get("dead_letter")
        if isinstance(dead, Mapping):
            found.append(
                ("dead_letter.ttl", ("dead_letter.ttl", "dead_letter"), dead.get("ttl_ms"))
            )
    for name, keys, value in found:
        if isinstance(value, int):
            yield name, keys, value


_TTLS = ("ex", "px", "time", "seconds", "milliseconds")


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a command with a written TTL of 0 or less."""
    for procedure in context.procedures:
        for call in own_calls(procedure):
            if not does(call, "expires") or call.command in ("EXPIREAT", "PEXPIREAT"):
                continue
            for name in _TTLS:
                value = call.arguments.get(name)
                if value is None or value.provenance != "constant" or not _is_zero(value.text):
                    continue
                deletes = call.command in ("EXPIRE", "PEXPIRE")
                what = "deletes the key at once" if deletes else "is refused by the server"
                yield RULE.found(
                    call.span,
                    f"`{call.command}` with a TTL of {value.text} {what}",
                    "delete it by its name (`unlink`)"
                    if deletes
                    else "give a TTL above 0, or none",
                )


def check_lua(script: LuaScript) -> Iterator[Diagnostic]:
    """The same in a script."""
    for call in script.calls:
        value = _ttl(call)
        if value is None or not _is_zero(value):
            continue
        deletes = call.command in ("EXPIRE", "PEXPIRE")
        what = "deletes the key at once" if deletes else "is refused by the server"
        yield RULE.found(
            call.span,
            f"`{call.command}` with a TTL of {value} {what}",
            "delete it by its name (`UNLINK`)" if deletes else "give a TTL above 0, or none",
        )


def _ttl(call: LuaCall) -> str | None:
    """The written TTL of a command, as text."""
    if call.command in ("EXPIRE", "PEXPIRE", "SETEX", "PSETEX"):
        return call.word(1)
    if call.command in ("SET", "GETEX"):
        words = [call.word(place) for place in range(len(call.words))]
        for option in ("EX", "PX"):
            if option in words[1:]:
                at = words.index(option, 1)
                return words[at + 1] if at + 1 < len(words) else None
    return None


def _is_zero(text: str) -> bool:
    return re.fullmatch(r"-\d+|0", text) is not None


RULE = Rule(
    "RS107",
    "ttl-nonpositive",
    "error",
    "ttl",
    "model",
    __doc__ or "",
    check,
    lua=check_lua,
    python=check_python,
)
