"""Events that must survive travel by pub/sub, which forgets what nobody hears.

## What it does
Finds channels with `delivery: at_least_once`, and channels whose name, message or documentation
speaks of what must not be lost (orders, payments, invoices, jobs …), unless they say
`delivery: at_most_once`.

## Why is this bad
Pub/sub stores nothing. A subscriber that restarts, reconnects or is slow misses what was published
meanwhile, and neither it nor the publisher is told. A deploy during the evening rush loses orders,
and nothing records which ones.

## Example
```yaml
channels:
  order_paid: {message: json, delivery: at_least_once}
```

## Use instead
```yaml
queues:
  order_paid: {message: json, max_length: 100_000, max_attempts: 5}
```
Or a keyspace with `structure: stream`. Where a lost event does no harm, because the state is read
again anyway, say `delivery: at_most_once`.

## Fix safety
There is no fix: a queue is used otherwise than a channel.

## References
- [Redis: pub/sub delivery semantics](https://redis.io/docs/latest/develop/pubsub/)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.lint.declarations import place
from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.model import Policy
    from redisspec.ir.program import Program

_MUST_SURVIVE = frozenset(
    [
        "order",
        "orders",
        "ordered",
        "payment",
        "payments",
        "paid",
        "invoice",
        "invoices",
        "billing",
        "refund",
        "refunds",
        "charge",
        "charges",
        "transaction",
        "transactions",
        "job",
        "jobs",
        "task",
        "tasks",
        "shipment",
        "shipments",
        "audit",
        "checkout",
    ]
)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def check(program: Program) -> Iterator[Diagnostic]:
    """One finding a channel whose events are meant to arrive."""
    for policy in program.policies:
        if policy.kind != "channel":
            continue
        delivery = policy.settings.get("delivery")
        if delivery == "at_least_once":
            why = "is declared `delivery: at_least_once`"
        else:
            word = None if delivery == "at_most_once" else _telling_word(policy)
            if word is None:
                continue
            why = f"speaks of `{word}`, which must not get lost"
        yield RULE.found(
            place(policy, "delivery"),
            f"`{policy.name}` {why}, but pub/sub forgets what is published while a subscriber is "
            "away",
            "use a queue or a stream; where a lost event does no harm, `delivery: at_most_once`",
        )


def _telling_word(policy: Policy) -> str | None:
    texts = (policy.name, getattr(policy.value, "name", ""), policy.doc or "")
    words = (word.lower() for text in texts for word in _WORD.findall(str(text)))
    return next((word for word in words if word in _MUST_SURVIVE), None)


RULE = Rule("RS611", "durable-on-pubsub", "info", "client", "model", __doc__ or "", check)
