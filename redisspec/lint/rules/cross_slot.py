"""One atomic step touches keys that may lie in different slots of a cluster.

## What it does
For a program that targets a cluster, looks at every command, transaction and script that touches keys
of several patterns, and asks whether the keys lie in one slot whatever their arguments: whether what
stands between the braces is the same in each. Of a Lua script by itself, looks at the keys that stand in it as
texts (a warning), and at those that are declared. In Python, looks at commands and transactions of a cluster client
(or of any, where the spec targets a cluster).

## Why is this bad
A cluster refuses a step over several slots with `CROSSSLOT`. On a single server the same step works,
so that it passes every test on a laptop and fails on the first call in production.

## Example
```yaml
server: {topology: cluster}
keyspaces:
  stock:
    key: stock:<sku:slug>
    structure: counter
    ttl: 90d
  reserved:
    key: reserved:<sku:slug>
    structure: counter
    ttl: 1d
operations:
  reserve:
    params: {sku: slug}
    do: |
      stock.decrement(sku)
      reserved.increment(sku)
```
The keys of one product lie in different slots.
```lua
redis.call('DECR', 'stock:4711')
redis.call('INCR', 'reserved:4711')
```
```python
from redis.cluster import RedisCluster

client = RedisCluster(host="cache", socket_timeout=2)


def profile(user):
    return client.mget(f"name:{user}", f"mail:{user}")
```

## Use instead
```yaml
server: {topology: cluster}
keyspaces:
  stock:
    key: stock:{<sku:slug>}
    structure: counter
    ttl: 90d
  reserved:
    key: reserved:{<sku:slug>}
    structure: counter
    ttl: 1d
operations:
  reserve:
    params: {sku: slug}
    do: |
      stock.decrement(sku)
      reserved.increment(sku)
```
```lua
redis.call('DECR', 'stock:{4711}')
redis.call('INCR', 'reserved:{4711}')
```
```python
from redis.cluster import RedisCluster

client = RedisCluster(host="cache", socket_timeout=2)


def profile(user):
    return client.mget(f"name:{{{user}}}", f"mail:{{{user}}}")
```

## Fix safety
There is no fix: a key that is renamed is another key, and the data stays under the old one.

## References
- [Redis: cluster specification, hash tags](https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.ir.flows import Unit
from redisspec.lint.effects import units_of
from redisspec.lint.pyfacts import called
from redisspec.lint.pyslots import steps_apart
from redisspec.lint.rule import Rule
from redisspec.source.span import NOWHERE

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.flows import Procedure
    from redisspec.ir.keypattern import KeyPattern
    from redisspec.ir.program import Program
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.lua.script import LuaKey, LuaScript


def check(program: Program) -> Iterator[Diagnostic]:
    """One finding a procedure that has a unit over several slots."""
    if all(server.topology != "cluster" for server in program.servers.values()):
        return
    for procedure in program.procedures:
        for unit in _steps(procedure):
            apart = _apart(unit)
            if apart is None:
                continue
            one, other = apart
            yield RULE.found(
                procedure.span if unit.span == NOWHERE else unit.span,
                f"`{procedure.name}` touches `{one.text}` and `{other.text}` in one step, and they "
                "may lie in different slots: a cluster refuses it with CROSSSLOT",
                "put the same parameter in braces in both keys, or do it in two steps",
            )
            break


def _steps(procedure: Procedure) -> Iterator[Unit]:
    """What runs in one step: each unit, or a whole Lua script."""
    units = units_of(procedure.flow)
    if procedure.origin == "lua":
        effects = tuple(effect for unit in units for effect in unit.effects)
        yield Unit("script", effects, procedure.span)
        return
    yield from units


def check_lua(script: LuaScript) -> Iterator[Diagnostic]:
    """One finding a script, at the first key that lies elsewhere than one before it."""
    if "allow-cross-slot-keys" in script.chunk.shebang:
        return
    known: list[LuaKey] = []
    for call in script.calls:
        for key in call.keys:
            if key.kind not in ("constant", "declared") or key.pattern.slot_parts() is None:
                continue
            apart = next((k for k in known if not k.pattern.same_slot(key.pattern)), None)
            if apart is not None:
                both_constant = "constant" == key.kind == apart.kind
                yield RULE.found(
                    key.span,
                    f"`{apart.pattern.text}` and `{key.pattern.text}` are touched in one step, and "
                    "they lie in different slots: a cluster refuses it with CROSSSLOT",
                    "put the same text in braces in both keys, or do it in two steps",
                    severity="warning" if both_constant else "error",
                )
                return
            known.append(key)


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a step, at the first key that lies elsewhere than one before it."""
    for call, one, other in steps_apart(context):
        what = (
            f"{called(one)} and {called(other)} are touched in one step, and they"
            if one is not other
            else f"the keys of `{call.command}` are touched in one step, and they"
        )
        yield RULE.found(
            call.span,
            f"{what} lie in different slots: a cluster refuses it with CROSSSLOT",
            "put the same text in braces in all of them, or do it key by key",
        )


def _apart(unit: Unit) -> tuple[KeyPattern, KeyPattern] | None:
    """Two patterns of the unit that are not proved to share a slot."""
    patterns = list(dict.fromkeys(effect.key for effect in unit.effects if effect.key is not None))
    for other in patterns[1:]:
        if not patterns[0].same_slot(other):
            return patterns[0], other
    return None


RULE = Rule(
    "RS707",
    "cross-slot",
    "error",
    "keys",
    "flow",
    __doc__ or "",
    check,
    lua=check_lua,
    python=check_python,
)
