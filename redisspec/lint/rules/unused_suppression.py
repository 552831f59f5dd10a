"""A suppression comment suppresses nothing.

## What it does
Finds `# redisspec: ignore[…]` comments that name a rule which reports nothing there or does not exist,
and comments that cannot be read. Rules that this run did not select are not judged, nor is any
rule where the declaration itself has a mistake (RS001, RS002): it could not look there.

## Why is this bad
The fault was mended and the comment stayed, or its code was mistyped. Later the fault comes back at the
same place, and the old comment hides it.

## Example
```yaml
keyspaces:
  cart:  # redisspec: ignore[RS101] carts are deleted by the checkout
    key: cart:{<user_id:int>}
    structure: hash
    fields: {sku: str}
    ttl: 30d
```

## Use instead
```yaml
keyspaces:
  cart:
    key: cart:{<user_id:int>}
    structure: hash
    fields: {sku: str}
    ttl: 30d
```

## Fix safety
The fix removes the code, or the comment where no code is left. It is safe.

## References
- Suppressing a finding: the beginning of this page.
"""

from redisspec.lint.rule import Rule

RULE = Rule("RS004", "unused-suppression", "warning", "spec", "syntax", __doc__ or "")
