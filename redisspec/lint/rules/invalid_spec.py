"""The spec says something that the language has not.

## What it does
Reports words that the language does not know, values of the wrong kind, names that cannot be used, and
what is missing or contradicts itself. All of them are reported in one run.

## Why is this bad
A word that nobody reads is a promise that nobody keeps: `max_item: 50` would bound nothing.

## Example
```yaml
keyspaces:
  recent_views:
    key: views:<user_id:int>
    structure: list
    item: int
    max_item: 50
    ttl: 7d
```

## Use instead
```yaml
keyspaces:
  recent_views:
    key: views:<user_id:int>
    structure: list
    item: int
    max_items: 50
    ttl: 7d
```

## Fix safety
There is no fix. This finding cannot be deselected or suppressed.

## References
- The language: `docs/language.md`
"""

from redisspec.lint.rule import Rule

RULE = Rule("RS002", "invalid-spec", "error", "spec", "syntax", __doc__ or "", always=True)
