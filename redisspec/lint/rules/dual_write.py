"""An operation that belongs together is not one atomic step.

## What it does
Finds operations with `atomic: false`: an error where no `reason` stands beside it, a warning where one
does.

## Why is this bad
The steps are sent together, and each runs by itself. A client that dies, a server that fails over or a
refusal in the middle leaves the first half written: an index without its entry, money that left one
account and reached no other. Nobody notices until the two are counted.

## Example
```yaml
keyspaces:
  user:
    key: user:<user_id:int>
    structure: hash
    fields: {email: str}
    ttl: 90d
    expect: 1_000_000 keys
  newest:
    key: newest
    structure: list
    item: int
    max_items: 100
    ttl: 90d
operations:
  sign_up:
    params: {user_id: int, email: str}
    atomic: false
    reason: the list of all users has no slot in common with a user
    do: |
      user.save(user_id, email=email)
      newest.push(user_id)
```

## Use instead
Where the keys can share a slot, give them one hash tag, and drop `atomic: false`:

```yaml
keyspaces:
  user:
    key: user:{<region:int>}:<user_id:int>
    structure: hash
    fields: {email: str}
    ttl: 90d
    expect: 1_000_000 keys
  newest:
    key: newest:{<region:int>}
    structure: list
    item: int
    max_items: 100
    ttl: 90d
operations:
  sign_up:
    params: {region: int, user_id: int, email: str}
    do: |
      user.save(region, user_id, email=email)
      newest.push(region, user_id)
```

Where they cannot, keep the reason, and say so in a comment:
`# redisspec: ignore[dual-write] rebuilt by the nightly job`.

## Fix safety
There is no fix: keys that move to another slot are other keys.

## References
- [Redis: cluster specification, hash tags](https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.program import Program


def check(program: Program) -> Iterator[Diagnostic]:
    """One finding an operation that is not atomic."""
    for operation in program.operations:
        if operation.atomic:
            continue
        place = operation.spans.get("atomic", operation.span)
        message = (
            f"the steps of `{operation.name}` run one by one: a crash or a refusal between them "
            "leaves the first half written"
        )
        if operation.reason is None:
            yield RULE.found(
                place,
                f"{message}, and `atomic: false` has no `reason`",
                "write `reason:` beside it: why these steps cannot be one",
            )
        else:
            yield RULE.found(
                place,
                message,
                "give the keys one hash tag and drop `atomic: false`, or say in a comment who mends what is "
                "left: `# redisspec: ignore[dual-write] …`",
                severity="warning",
            )


RULE = Rule("RS305", "dual-write", "error", "atomicity", "model", __doc__ or "", check)
