"""A lock is taken in two steps: it is set where it is missing, then it gets its TTL.

## What it does
Finds, in Python, `SETNX` (or `SET` with `NX` and no TTL) and an `EXPIRE` of the same key in another step.

## Why is this bad
A holder that dies between the two leaves a lock without a TTL. Nobody gets it any more, until a person deletes it by
hand, at night.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def acquire(name, token):
    if client.setnx(f"lock:{name}", token):
        client.expire(f"lock:{name}", 30)
        return True
    return False
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def acquire(name, token):
    return bool(client.set(f"lock:{name}", token, nx=True, ex=30))
```

## Fix safety
The fix gives the command that takes the lock `nx=True` and the TTL, and takes the `expire` out where it stands in a line
of its own. `set` answers None where `setnx` answered False, which is as false; it is unsafe where the reply itself is
returned or compared.

## References
- [Redis: SET](https://redis.io/docs/latest/commands/set/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Fix, Related
from redisspec.lint.pairs import pairs
from redisspec.lint.pyedits import (
    added_argument,
    block_of,
    other_method,
    without_statement,
    written,
)
from redisspec.lint.pyfacts import called
from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pairs import Pair
    from redisspec.lint.pyfacts import PyContext


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a lock whose TTL comes in another step."""
    for pair in pairs(context.module, "RS402"):
        yield RULE.found(
            pair.first_span,
            f"`{pair.first.method}` takes {called(pair.key)}, and `{pair.second.command}` gives it its TTL in "
            "another step: a holder that dies in between leaves it locked for ever",
            "take it with its TTL in one command: `set(name, token, nx=True, ex=…)`",
            related=(Related(pair.second_span, "it gets its TTL here"),),
            fix=_fix(context, pair),
        )


_TTL_OF = {"expire": "ex", "pexpire": "px"}


def _fix(context: PyContext, pair: Pair) -> Fix | None:
    module, taken, expiry = context.module, pair.first, pair.second
    word = _TTL_OF.get(expiry.method)
    if taken.sites or expiry.sites or word is None or not expiry.dropped:
        return None
    if taken.method not in ("setnx", "set") or len(expiry.node.args) != 2 or expiry.node.keywords:
        return None
    found = block_of(module, expiry.node)
    if found is None or (len(found[0]) == 1 and found[0] is not module.tree.body):
        # The only statement of an `if` cannot just go.
        return None
    removed = without_statement(module, found[0][found[1]])
    if removed is None:
        return None
    ttl = f"{word}={written(module, expiry.node.args[1])}"
    if taken.method == "set":
        edits = [added_argument(module, taken.node, ttl)]
    else:
        renamed = other_method(module, taken.node, "set")
        if renamed is None:
            return None
        edits = [renamed, added_argument(module, taken.node, f"nx=True, {ttl}")]
    return Fix("Take the lock with its TTL", (*edits, removed))


RULE = Rule(
    "RS402",
    "setnx-expire",
    "error",
    "locks",
    "python",
    __doc__ or "",
    python=check_python,
    mends_python=True,
)
