"""A file cannot be read as YAML.

## What it does
Reports files that are missing, are no UTF-8 text or no valid YAML, and what YAML allows but a spec does
not: a key written twice, anchors and merge keys, tags, several documents.

## Why is this bad
Without the file there is no program to check. And some of what YAML allows says something else than it
seems to: of two equal keys the last one wins in silence, and a merge key hides what a keyspace is.

## Example
```yaml
keyspaces:
  cart:
    key: {<user_id:int>}:cart
    structure: counter
```

## Use instead
```yaml
keyspaces:
  cart:
    key: "{<user_id:int>}:cart"
    structure: counter
```

## Fix safety
There is no fix. This finding cannot be deselected or suppressed.

## References
- [YAML 1.2](https://yaml.org/spec/1.2.2/)
"""

from redisspec.lint.rule import Rule

RULE = Rule("RS001", "invalid-yaml", "error", "spec", "syntax", __doc__ or "", always=True)
