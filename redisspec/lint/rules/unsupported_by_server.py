"""The target server lacks what a declaration needs.

## What it does
Holds what each declaration needs against `server.engine`: a `field_ttl`, for instance, needs Redis 7.4
or Valkey 9.0. `generate` and `validate` refuse the same specs.

## Why is this bad
The server answers a command that it does not know with an error, on the first call in production: the
developer's own server is newer.

## Example
```yaml
server: {engine: redis >= 7.0}
keyspaces:
  presence:
    key: presence:{<room_id:int>}
    structure: hash
    map: {uuid: datetime}
    max_items: 10_000
    ttl: 1h
    field_ttl: 1m
```

## Use instead
```yaml
server: {engine: redis >= 7.4}
keyspaces:
  presence:
    key: presence:{<room_id:int>}
    structure: hash
    map: {uuid: datetime}
    max_items: 10_000
    ttl: 1h
    field_ttl: 1m
```

## Fix safety
There is no fix: the version is the server's, not the spec's.

## References
- [Redis: commands](https://redis.io/docs/latest/commands/)
- [Valkey: commands](https://valkey.io/commands/)
"""

from redisspec.lint.rule import Rule

RULE = Rule("RS003", "unsupported-by-server", "error", "spec", "model", __doc__ or "")
"""Found by `redisspec.spec.check`, so that `lint` and `generate` say the same."""
