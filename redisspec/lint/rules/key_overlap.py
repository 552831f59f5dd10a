"""Two declarations can name one key, or one key can be read in two ways.

## What it does
Decides for all declarations of a server whether any two of their keys can be the same, and whether one
pattern can name the same key for two different sets of arguments. The decision is exact, and the
message shows such a key. `generate` and `validate` refuse the same specs.

## Why is this bad
Two parts of the program write the same key without knowing of each other. One deletes what the other
relies upon, one's TTL ends the other's data, and where the structures differ every call fails with
`WRONGTYPE`. It happens for one unlucky id among millions, so that no test finds it.

## Example
```yaml
keyspaces:
  user:
    key: user:<name:str>
    structure: hash
    fields: {email: str}
    ttl: 30d
  user_count:
    key: user:count
    structure: counter
    ttl: 1d
```

## Use instead
```yaml
keyspaces:
  user:
    key: user:<name:str>
    structure: hash
    fields: {email: str}
    ttl: 30d
  user_count:
    key: count:user
    structure: counter
    ttl: 1d
```

## Fix safety
There is no fix: a key that is renamed is another key, and the data stays under the old one.

## References
- [Redis: keys](https://redis.io/docs/latest/develop/use/keyspace/)
"""

from redisspec.lint.rule import Rule

RULE = Rule("RS703", "key-overlap", "error", "keys", "model", __doc__ or "")
"""Found by `redisspec.spec.check`, so that `lint` and `generate` say the same."""
