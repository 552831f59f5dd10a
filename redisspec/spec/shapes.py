"""The shapes of the spec's mappings as tables, made from the models by `shape_tables.py`.

Not edited by hand: a test holds it against the models.
"""

from typing import Final

from redisspec.spec.shape import (
    ANY,
    FLAG,
    INTEGER,
    SCALAR,
    TEXT,
    WHOLE,
    Entries,
    Items,
    Settings,
)

FIELD: Final = Settings(
    {
        "type": SCALAR,
        "default": ANY,
        "name": TEXT,
        "doc": TEXT,
    },
    ("type",),
)
TTL: Final = Settings(
    {
        "for": SCALAR,
        "jitter": SCALAR,
        "refresh": frozenset({"on_write", "on_access", "never"}),
        "max": SCALAR,
    },
    ("for",),
)
DEFAULT_TTL: Final = Settings(
    {
        "for": SCALAR,
        "jitter": SCALAR,
        "refresh": frozenset({"on_write", "on_access", "never"}),
        "max": SCALAR,
    }
)
SERVER: Final = Settings(
    {
        "engine": SCALAR,
        "topology": frozenset({"standalone", "sentinel", "cluster"}),
        "eviction": frozenset(
            {
                "noeviction",
                "allkeys-lru",
                "allkeys-lfu",
                "allkeys-random",
                "volatile-lru",
                "volatile-lfu",
                "volatile-random",
                "volatile-ttl",
            }
        ),
        "persistence": frozenset({"none", "rdb", "aof", "rdb+aof"}),
        "url": TEXT,
        "sentinels": Items(TEXT),
        "master": TEXT,
        "timeout": SCALAR,
        "deadline": SCALAR,
        "max_connections": WHOLE,
    }
)
PYTHON: Final = Settings(
    {
        "package": TEXT,
        "output": TEXT,
    }
)
DEFAULTS: Final = Settings(
    {
        "ttl": DEFAULT_TTL,
    }
)
KEYSPACE: Final = Settings(
    {
        "doc": TEXT,
        "key": SCALAR,
        "structure": frozenset(
            {
                "string",
                "counter",
                "hash",
                "list",
                "set",
                "sorted_set",
                "stream",
                "hyperloglog",
                "bitmap",
                "geo",
                "bloom_filter",
            }
        ),
        "value": SCALAR,
        "fields": Entries(FIELD._replace(short=True)),
        "map": Entries(SCALAR),
        "item": SCALAR,
        "member": SCALAR,
        "element": SCALAR,
        "ttl": TTL._replace(short=True),
        "reason": TEXT,
        "max_items": WHOLE,
        "when_full": frozenset({"trim", "reject"}),
        "max_bytes": SCALAR,
        "expect": SCALAR,
        "capacity": WHOLE,
        "error_rate": SCALAR,
        "stored_as": frozenset({"bits", "module"}),
        "floor": INTEGER,
        "ceiling": INTEGER,
        "field_ttl": SCALAR,
        "server": SCALAR,
    },
    ("key", "structure"),
)
NEAR: Final = Settings(
    {
        "max_items": WHOLE,
        "max_age": SCALAR,
    },
    ("max_items", "max_age"),
)
CACHE: Final = Settings(
    {
        "doc": TEXT,
        "server": SCALAR,
        "key": SCALAR,
        "expect": SCALAR,
        "value": SCALAR,
        "ttl": TTL._replace(short=True),
        "reason": TEXT,
        "stampede": frozenset({"early_refresh", "lease", "none"}),
        "negative_ttl": SCALAR,
        "stale": SCALAR,
        "lease": SCALAR,
        "wait": SCALAR,
        "tags": Items(TEXT),
        "max_bytes": SCALAR,
        "compress_above": SCALAR,
        "near": NEAR,
    },
    ("key", "value"),
)
RATE_LIMIT: Final = Settings(
    {
        "doc": TEXT,
        "server": SCALAR,
        "key": SCALAR,
        "expect": SCALAR,
        "limits": Items(SCALAR),
        "algorithm": frozenset(
            {"gcra", "token_bucket", "sliding_log", "sliding_window", "fixed_window", "concurrency"}
        ),
        "concurrent": WHOLE,
        "lease": SCALAR,
        "on_redis_down": frozenset({"allow", "deny", "raise"}),
        "clock": frozenset({"server", "client"}),
        "local_deny": SCALAR,
        "allow": Items(TEXT),
        "deny": Items(TEXT),
    },
    ("key",),
)
LOCK: Final = Settings(
    {
        "doc": TEXT,
        "server": SCALAR,
        "key": SCALAR,
        "expect": SCALAR,
        "kind": frozenset({"mutex", "semaphore", "read_write"}),
        "permits": WHOLE,
        "ttl": SCALAR,
        "renew": frozenset({"auto", "manual"}),
        "fencing": FLAG,
        "wait": SCALAR,
    },
    ("key",),
)
SESSION: Final = Settings(
    {
        "doc": TEXT,
        "server": SCALAR,
        "key": SCALAR,
        "user": Entries(SCALAR),
        "fields": Entries(FIELD._replace(short=True)),
        "idle": SCALAR,
        "absolute": SCALAR,
        "max_per_user": WHOLE,
        "expect": SCALAR,
    },
    ("idle", "absolute"),
)
BACKOFF: Final = Settings(
    {
        "from": SCALAR,
        "to": SCALAR,
    },
    ("from",),
)
DEAD_LETTER: Final = Settings(
    {
        "max_length": WHOLE,
        "ttl": SCALAR,
    }
)
QUEUE: Final = Settings(
    {
        "doc": TEXT,
        "server": SCALAR,
        "key": SCALAR,
        "message": SCALAR,
        "max_length": WHOLE,
        "max_attempts": WHOLE,
        "backoff": BACKOFF,
        "lease": SCALAR,
        "deduplicate": SCALAR,
        "dead_letter": DEAD_LETTER,
        "ttl": TTL._replace(short=True),
        "reason": TEXT,
    },
    ("message",),
)
CHANNEL: Final = Settings(
    {
        "doc": TEXT,
        "server": SCALAR,
        "key": SCALAR,
        "message": SCALAR,
        "params": Entries(SCALAR),
        "delivery": frozenset({"at_most_once", "at_least_once"}),
    },
    ("message",),
)
IDEMPOTENCY: Final = Settings(
    {
        "doc": TEXT,
        "server": SCALAR,
        "key": SCALAR,
        "expect": SCALAR,
        "result": SCALAR,
        "keep": SCALAR,
        "lease": SCALAR,
        "max_bytes": SCALAR,
    },
    ("key", "result", "keep"),
)
OPERATION: Final = Settings(
    {
        "doc": TEXT,
        "params": Entries(SCALAR),
        "returns": SCALAR,
        "raises": Items(SCALAR),
        "do": TEXT,
        "lua": TEXT,
        "keys": Entries(TEXT),
        "atomic": FLAG,
        "reason": TEXT,
    }
)
DOCUMENT: Final = Settings(
    {
        "version": SCALAR,
        "name": SCALAR,
        "namespace": SCALAR,
        "doc": TEXT,
        "include": Items(TEXT),
        "server": Entries(ANY),
        "servers": Entries(ANY),
        "python": Entries(ANY),
        "defaults": Entries(ANY),
        "types": Entries(ANY),
        "keyspaces": Entries(ANY),
        "caches": Entries(ANY),
        "rate_limits": Entries(ANY),
        "locks": Entries(ANY),
        "sessions": Entries(ANY),
        "queues": Entries(ANY),
        "channels": Entries(ANY),
        "idempotency": Entries(ANY),
        "operations": Entries(ANY),
    },
    ("version",),
)
