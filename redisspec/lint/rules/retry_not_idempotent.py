"""A client repeats commands whose reply was lost, and a second run does more than the first.

## What it does
Finds, in Python, clients that retry on timeouts (`retry=Retry(…)`, `retry_on_timeout=True`, and with redis-py 8 and
later by default: 10 times, at severity info) in files that send `INCR`, `LPUSH`, `RPUSH`, `XADD`, `LPOP` and the
like.

## Why is this bad
A timeout does not say whether the server has run the command. Repeated, `INCR` counts twice, a job is queued twice, a
popped item is lost: in 20 of 20 trials with one lost reply.

## Example
```python
import redis
from redis.backoff import ExponentialBackoff
from redis.retry import Retry

client = redis.Redis(socket_timeout=2, retry=Retry(ExponentialBackoff(), 3))


def visit(page):
    return client.incr(f"visits:{page}")
```

## Use instead
```python
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

client = redis.Redis(socket_timeout=2, retry=Retry(NoBackoff(), 0))


def visit(page):
    return client.incr(f"visits:{page}")
```
Retry where a second run does no harm: reads, `SET` of the same value, scripts that know a request by its id. The clients
of a generated package do so by each method's class.

## Fix safety
There is no fix: which calls may be repeated is yours to say.

## References
- [redis-py: retries](https://redis.readthedocs.io/en/stable/retry.html)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Related
from redisspec.lint.pyfacts import own_calls
from redisspec.lint.rule import Rule
from redisspec.readers.python.values import NONE

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.python.module import PyClient


_ONCE = frozenset(
    [
        "INCR",
        "INCRBY",
        "INCRBYFLOAT",
        "DECR",
        "DECRBY",
        "HINCRBY",
        "HINCRBYFLOAT",
        "ZINCRBY",
        "LPUSH",
        "RPUSH",
        "LPOP",
        "RPOP",
        "SPOP",
        "ZPOPMIN",
        "ZPOPMAX",
        "XADD",
        "APPEND",
        "LMOVE",
        "RPOPLPUSH",
        "GETDEL",
    ]
)


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a client that repeats what must not be."""
    once = next(
        (
            call
            for procedure in context.procedures
            for call in own_calls(procedure)
            if call.command in _ONCE
        ),
        None,
    )
    for client in context.module.clients if once is not None else ():
        if client.kind not in ("client", "cluster") or once is None:
            continue
        repeats = _repeats(client)
        if repeats is True:
            yield RULE.found(
                client.span,
                f"this client repeats a command whose reply is lost: `{once.command}` may then run twice",
                "retry reads alone, or give `retry=Retry(NoBackoff(), 0)` and repeat by hand what may be repeated",
                related=(Related(once.span, "it is not the same twice"),),
            )
        elif (
            repeats is None and context.redis_py >= (8, 0) and not client.open and _is_plain(client)
        ):
            yield RULE.found(
                client.span,
                f"redis-py {context.redis_py[0]} repeats a command whose reply is lost, 10 times by default: "
                f"`{once.command}` may then run twice",
                "give `retry=Retry(NoBackoff(), 0)` where that matters",
                severity="info",
                related=(Related(once.span, "it is not the same twice"),),
            )


def _is_plain(client: PyClient) -> bool:
    """Whether it is built by `Redis(…)` itself: pools and `from_url` do not retry by default."""
    return client.name.rpartition(".")[2] in ("Redis", "StrictRedis", "RedisCluster") and not (
        {"connection_pool"} & set(client.settings)
    )


def _repeats(client: PyClient) -> bool | None:
    """Whether the settings say that it retries; None where they say nothing."""
    given = client.settings.get("retry")
    if given is not None:
        if given == NONE:
            return False
        if not given.text.startswith("call:") or not given.parts:
            return None
        count = given.parts[-1]
        return None if count.provenance != "constant" else count.text != "0"
    timed = client.settings.get("retry_on_timeout")
    if timed is not None and timed.provenance == "constant":
        return timed.text == "True"
    return None


RULE = Rule(
    "RS314",
    "retry-not-idempotent",
    "warning",
    "atomicity",
    "python",
    __doc__ or "",
    python=check_python,
)
