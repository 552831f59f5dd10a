"""A lock is released by deleting it, whoever holds it by then.

## What it does
Finds, in Python, a `GET` whose reply is compared with a token, and the `DEL` of the same key that follows where both
are equal; and the `DEL` of a lock that the same file takes with `SETNX` or `SET … NX`, with no comparison at all.

## Why is this bad
The lock may expire between the two, and another holder take it: `DEL` then releases a lock that is not ours, and a third
holder comes in beside the second.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def release(name, token):
    if client.get(f"lock:{name}") == token:
        client.delete(f"lock:{name}")
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)

RELEASE = client.register_script(
    "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"
)


def release(name, token):
    return RELEASE(keys=[f"lock:{name}"], args=[token]) == 1
```
Or use `client.lock(name, timeout=…)`, whose `release` does this; or declare the lock (`locks:` in a spec), which also
brings fencing tokens and waiting.

## Fix safety
The fix sends comparison and deletion as one script, by `eval`. It is offered where the comparison is all that decides,
and is unsafe only in that a client that decodes replies compares text, as the script does, and one that does not
compares bytes.

## References
- [Redis: distributed locks](https://redis.io/docs/latest/develop/clients/patterns/distributed-locks/)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Edit, Fix, Related
from redisspec.lint.lockwords import taken
from redisspec.lint.pairs import pairs
from redisspec.lint.pyedits import bare, lonely_if, span_of, written
from redisspec.lint.pyfacts import called, own_calls
from redisspec.lint.pytokens import RELEASE
from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pairs import Pair
    from redisspec.lint.pyfacts import PyContext


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a lock that is compared and deleted in two steps."""
    for pair in pairs(context.module, "RS404"):
        yield RULE.found(
            pair.first_span,
            f"{called(pair.key)} is compared here and deleted later: a lock that expires in between is "
            "another's by then, and is released all the same",
            "compare and delete in one script, or use `client.lock(…)`, whose `release` does so",
            related=(Related(pair.second_span, "it is deleted here"),),
            fix=_fix(context, pair),
        )
    yield from _blindly(context)


def _blindly(context: PyContext) -> Iterator[Diagnostic]:
    """Locks that are deleted without a look at their holder."""
    module = context.module
    locks = {key.value: call for call, key in taken(module)}
    told = {pair.second_span for pair in pairs(module, "RS404")}
    for procedure in context.procedures if locks else ():
        for call in own_calls(procedure):
            if (
                call.command not in ("DEL", "UNLINK")
                or call.span in told
                or call.watched is not None
                or (call.batch is not None and call.batch.watches)
            ):
                continue
            key = next((key for key in call.keys if key.value in locks), None)
            if key is not None:
                yield RULE.found(
                    call.span,
                    f"{called(key)} is deleted whoever holds it by now: a holder that is late releases another's "
                    "lock",
                    "compare its token and delete it in one script, or use `client.lock(…)`, whose `release` does so",
                    related=(Related(locks[key.value].span, "it is taken here"),),
                )


def _fix(context: PyContext, pair: Pair) -> Fix | None:
    """`if client.get(key) == token: client.delete(key)` becomes one call of `eval`."""
    module, delete = context.module, pair.second
    if pair.first.sites or delete.sites or not delete.dropped or len(delete.node.args) != 1:
        return None
    node = lonely_if(module, delete.node)
    test = None if node is None else node.test
    if not isinstance(test, ast.Compare) or not isinstance(delete.node.func, ast.Attribute):
        return None
    sides = [test.left, *test.comparators]
    mine = [bare(side) is pair.first.node for side in sides]
    if len(sides) != 2 or not isinstance(test.ops[0], ast.Eq) or not any(mine):
        return None
    assert node is not None
    token = written(module, sides[mine.index(False)])
    client = written(module, delete.node.func.value)
    key = written(module, delete.node.args[0])
    awaits = "await " if delete.awaited else ""
    text = f'{awaits}{client}.eval("{RELEASE}", 1, {key}, {token})'
    return Fix("Compare and delete in one script", (Edit(span_of(module, node), text),))


RULE = Rule(
    "RS404",
    "unsafe-release",
    "error",
    "locks",
    "python",
    __doc__ or "",
    python=check_python,
    mends_python=True,
)
