"""A key is used past the spec: by hand although it is declared, or without being declared.

## What it does
Finds, in Python that a spec lies above, commands on keys of a declared keyspace or policy, and commands on keys that no
declaration has: as a warning where they begin with the spec's namespace, at severity info elsewhere.

The examples below are judged by this spec:
```yaml
keyspaces:
  cart:
    key: cart:{<user_id:int>}
    structure: hash
    fields: {sku: str, quantity: int}
    ttl: 30d
```

## Why is this bad
What the spec promises of a key holds only for what goes through the generated package: its type, its TTL, its bound, and
who may be surprised by a change. A command by hand keeps to them until one side changes. A key that no spec knows is
missing from every review, from the access rules and from the count of what fills the server.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def empty(user_id):
    client.delete(f"shop:cart:{{{user_id}}}")
```

## Use instead
```python
from shop_redis import Shop


def empty(shop: Shop, user_id):
    shop.cart.delete(user_id)
```
Or declare the key in the spec. Where a migration has to work by hand, suppress the finding with the reason.

## Fix safety
There is no fix: which method of the package does the same is yours to choose.

## References
- [Redis: keys](https://redis.io/docs/latest/develop/use/keyspace/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Related
from redisspec.lint.declared import judged
from redisspec.lint.pyfacts import called, own_calls
from redisspec.lint.rule import Rule
from redisspec.source.generated import is_generated

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.declared import Verdict
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.python.module import PyCall, PyKey


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a key and function, at its first use."""
    if context.spec is None or is_generated(context.module.source.text):
        return
    for procedure in context.procedures:
        told = set()
        for call in own_calls(procedure):
            for key in call.keys:
                verdict = judged(context.spec, key.pattern)
                if key.value in told or (verdict.declared is None and not verdict.none):
                    continue
                told.add(key.value)
                yield from _told(call, key, verdict)


def _told(call: PyCall, key: PyKey, verdict: Verdict) -> Iterator[Diagnostic]:
    one = verdict.declared
    if one is not None:
        yield RULE.found(
            call.span,
            f"`{call.command}` touches {called(key)} by hand, and the {one.noun} `{one.name}` is declared: what the "
            "spec promises of it does not hold here",
            f"use `{one.name}` of the generated package",
            related=(Related(one.span, f"`{one.name}` is declared here"),),
        )
    elif verdict.near is None:
        # What is nearly a declared key is RS704's.
        yield RULE.found(
            call.span,
            f"{called(key)} is declared in no spec: nobody knows how long it lives, or how much it holds",
            "declare it as a keyspace, and use the generated package",
            severity="warning" if verdict.inside else "info",
        )


RULE = Rule(
    "RS705",
    "undeclared-key-use",
    "warning",
    "keys",
    "python",
    __doc__ or "",
    python=check_python,
)
