"""One key is used as two kinds of thing.

## What it does
Finds keyspaces of one server whose keys can be the same (RS703) and whose structures, values or fields
differ. In Lua, finds commands of two structures on one key of a script, and a command that does not go with the
structure that its key is declared to have. In Python, finds commands of two structures on one key, in whatever file,
and commands that do not go with the structure that a spec declares.

## Why is this bad
Whoever writes second either fails with `WRONGTYPE` or replaces the other's data with what the other
cannot decode. It depends on which came first, so that it fails on one server and not on the next.

## Example
```yaml
keyspaces:
  profile:
    key: user:<user_id:int>
    structure: hash
    fields: {name: str}
    ttl: 30d
  visits:
    key: user:<id:int>
    structure: counter
    ttl: 1d
```
```lua
redis.call('HSET', KEYS[1], 'name', ARGV[1])
redis.call('SADD', KEYS[1], ARGV[2])
```
```python
import redis

client = redis.Redis(socket_timeout=2)


def rename(user_id, name):
    client.hset(f"user:{user_id}", "name", name)


def visit(user_id):
    client.incr(f"user:{user_id}")
```

## Use instead
```yaml
keyspaces:
  profile:
    key: user:<user_id:int>
    structure: hash
    fields: {name: str}
    ttl: 30d
  visits:
    key: visits:<user_id:int>
    structure: counter
    ttl: 1d
```
```lua
redis.call('HSET', KEYS[1], 'name', ARGV[1])
redis.call('SADD', KEYS[2], ARGV[2])
```
```python
import redis

client = redis.Redis(socket_timeout=2)


def rename(user_id, name):
    client.hset(f"user:{user_id}", "name", name)


def visit(user_id):
    client.incr(f"visits:{user_id}")
```

## Fix safety
There is no fix: a key that is renamed is another key, and the data stays under the old one.

## References
- [Redis: data types](https://redis.io/docs/latest/develop/data-types/)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Related
from redisspec.ir.keypattern import Literal as Text
from redisspec.lint.declarations import place
from redisspec.lint.keyindex import KeyIndex
from redisspec.lint.luafacts import called, together, touches
from redisspec.lint.rule import Rule
from redisspec.lint.rules.missing_ttl import named
from redisspec.lint.structures import FAMILY, WRITES_ANEW, clash, plural
from redisspec.readers.values import leaves

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.model import Keyspace
    from redisspec.ir.program import Program
    from redisspec.lint.across import KeyUse
    from redisspec.readers.lua.script import LuaCall, LuaKey, LuaScript


def check(program: Program) -> Iterator[Diagnostic]:
    """One finding a keyspace that meets an earlier one and stores something else."""
    # The automata behind it cost more to import than all other rules together.
    from redisspec.ir.overlap import overlaps  # noqa: PLC0415 - see above

    by_server: dict[str, list[Keyspace]] = {}
    for keyspace in program.keyspaces:
        by_server.setdefault(keyspace.server, []).append(keyspace)
    for keyspaces in by_server.values():
        told: set[int] = set()
        for first, second, key in overlaps([keyspace.pattern for keyspace in keyspaces]):
            difference = _difference(keyspaces[first], keyspaces[second])
            if difference is None or second in told:
                continue
            told.add(second)
            earlier, later = keyspaces[first], keyspaces[second]
            yield RULE.found(
                place(later, "structure", "key"),
                f"`{key}` can be a key of `{earlier.name}` and of `{later.name}`: {difference}",
                "give one of them a key of its own",
                related=(
                    Related(place(earlier, "structure", "key"), f"`{earlier.name}` is stored here"),
                ),
            )


def _difference(one: Keyspace, other: Keyspace) -> str | None:
    if one.structure != other.structure:
        return (
            f"the first stores a {one.structure}, the second a {other.structure}, and whoever "
            "comes second fails with WRONGTYPE"
        )
    stored = [(f.stored, f.type) for f in one.fields], one.map_key, one.value
    expected = [(f.stored, f.type) for f in other.fields], other.map_key, other.value
    if stored != expected:
        return "each stores what the other cannot decode"
    return None


# What makes a key something else on purpose: after these anything may be there.
_REPLACES = ("deletes", "clears_ttl")


def check_lua(script: LuaScript) -> Iterator[Diagnostic]:
    """One finding a key, at the first command that does not go with what it holds."""
    every = list(touches(script))
    replaced = [
        key.value
        for _, call, key, effect in every
        if call.command == "TYPE" or not effect.actions.isdisjoint(_REPLACES)
    ]
    seen: list[tuple[LuaKey, LuaCall, str]] = []
    told = set()
    for _, call, key, _ in every:
        family = FAMILY.get(call.command or "")
        if family is None or key.kind in ("some", "unknown") or key.value in told:
            continue
        if key.keyspace is not None:
            stored = key.keyspace.structure
            ends = clash(stored, call.command or "")
            if ends is not None:
                told.add(key.value)
                yield RULE.found(
                    call.span,
                    f"{called(key)} is declared to be a {stored.replace('_', ' ')}, and "
                    f"`{call.command}` is a command of {plural(family)}: {ends}",
                    "use a command of its structure, or another key",
                )
            continue
        other = next(
            (
                one
                for one in seen
                if one[0].value == key.value
                and one[2] != family
                and together(one[1].guards, call.guards)
            ),
            None,
        )
        if other is not None and key.value not in replaced:
            told.add(key.value)
            yield RULE.found(
                call.span,
                f"`{call.command}` is a command of {plural(family)}, and {called(key)} is used as "
                f"a {other[2].replace('_', ' ')} before: one of both fails with WRONGTYPE",
                "give one of them a key of its own",
                related=(Related(other[1].span, f"it is a {other[2].replace('_', ' ')} here"),),
            )
        seen.append((key, call, family))


def check_across(index: KeyIndex) -> Iterator[Diagnostic]:
    """One finding a key and function, at a command that does not go with what the key is declared or used as."""
    told: set[tuple[object, ...]] = set()
    for use in index:
        family = FAMILY.get(use.command) or WRITES_ANEW.get(use.command)
        where = (use.span.file, use.function, use.key)
        if family is None or not use.own or where in told:
            continue
        if use.declared is not None and use.declared.structure is not None:
            stored = use.declared.structure
            ends = clash(stored, use.command)
            if ends is not None:
                told.add(where)
                yield RULE.found(
                    use.span,
                    f"{named(use)} is declared to be a {stored.replace('_', ' ')}, and `{use.command}` is a command of "
                    f"{plural(family)}: {ends}",
                    "use a command of its structure, or another key",
                    related=(
                        Related(use.declared.span, f"`{use.declared.name}` is declared here"),
                    ),
                )
            continue
        other = _other_use(index, use, family)
        if other is not None:
            told.update((where, (other.span.file, other.function, other.key)))
            its = FAMILY.get(other.command) or WRITES_ANEW[other.command]
            yield RULE.found(
                use.span,
                f"`{use.command}` is a command of {plural(family)}, and {named(use)} is used as a "
                f"{its.replace('_', ' ')} elsewhere: one of both fails with WRONGTYPE",
                "give one of them a key of its own",
                related=(Related(other.span, f"it is a {its.replace('_', ' ')} here"),),
            )


def _other_use(index: KeyIndex, use: KeyUse, family: str) -> KeyUse | None:
    """Another use of the same key, as something else."""
    if not _is_told_apart(use):
        return None
    same = [
        other for other in index.same(use) if other.name == use.name and other.server == use.server
    ]
    if any(other.command in ("TYPE", "RENAME", "COPY", "RESTORE", "EVAL") for other in same):
        return None
    if any("deletes" in one.actions and one.function == use.function for one in same):
        # A migration writes it anew.
        return None
    by_chance = any(leaf.provenance == "random" for leaf in leaves(use.key))
    for other in same:
        if by_chance and other.function != use.function:
            # Two keys that are made of chance are never one.
            continue
        its = FAMILY.get(other.command) or WRITES_ANEW.get(other.command)
        # Two commands that replace whatever is there get along.
        if its is not None and its != family and FAMILY.keys() & {use.command, other.command}:
            return other
    return None


def _is_told_apart(use: KeyUse) -> bool:
    """Whether the key says what it is of: `cart:{user}`, not `{prefix}:{id}`."""
    first = use.pattern.parts[0]
    return isinstance(first, Text) and len(re.findall("[A-Za-z]", first.text)) >= 3


RULE = Rule(
    "RS706",
    "type-conflict",
    "error",
    "keys",
    "model",
    __doc__ or "",
    check,
    lua=check_lua,
    across=check_across,
)
