"""Which structure a command is for: what fails with WRONGTYPE on a key that holds another."""

from __future__ import annotations

_FAMILIES = {
    "string": "APPEND BITCOUNT BITFIELD BITFIELD_RO BITPOS DECR DECRBY GET GETBIT GETDEL GETEX GETRANGE "
    "GETSET INCR INCRBY INCRBYFLOAT PFADD PFCOUNT SETBIT SETRANGE STRLEN SUBSTR",
    "hash": "HDEL HEXISTS HGET HGETALL HGETDEL HGETEX HINCRBY HINCRBYFLOAT HKEYS HLEN HMGET HMSET "
    "HPEXPIRE HEXPIRE HPERSIST HRANDFIELD HSCAN HSET HSETEX HSETNX HSTRLEN HTTL HPTTL HVALS",
    "list": "LINDEX LINSERT LLEN LMPOP LPOP LPOS LPUSH LPUSHX LRANGE LREM LSET LTRIM RPOP RPUSH RPUSHX "
    "BLPOP BRPOP BLMPOP",
    "set": "SADD SCARD SISMEMBER SMEMBERS SMISMEMBER SPOP SRANDMEMBER SREM SSCAN",
    "sorted_set": "GEOADD GEODIST GEOHASH GEOPOS GEOSEARCH ZADD ZCARD ZCOUNT ZINCRBY ZLEXCOUNT ZMSCORE "
    "ZPOPMAX ZPOPMIN ZRANDMEMBER ZRANGE ZRANGEBYLEX ZRANGEBYSCORE ZRANK ZREM ZREMRANGEBYLEX "
    "ZREMRANGEBYRANK ZREMRANGEBYSCORE ZREVRANGE ZREVRANGEBYLEX ZREVRANGEBYSCORE ZREVRANK ZSCAN ZSCORE "
    "BZPOPMIN BZPOPMAX BZMPOP ZMPOP",
    "bloom_filter": "BF.ADD BF.CARD BF.EXISTS BF.INFO BF.INSERT BF.MADD BF.MEXISTS BF.RESERVE",
    "stream": "XACK XADD XAUTOCLAIM XCLAIM XDEL XLEN XPENDING XRANGE XREVRANGE XTRIM",
}
FAMILY = {command: name for name, commands in _FAMILIES.items() for command in commands.split()}
"""The structure that a command needs, by the command's name."""

WRITES_ANEW = {"SET": "string", "SETEX": "string", "PSETEX": "string", "SETNX": "string",
    "MSET": "string", "MSETNX": "string"}  # fmt: skip
"""What a command leaves behind whatever was there: it never fails, what comes after it does."""

_STORED_AS = {
    "counter": "string",
    "hyperloglog": "string",
    "bitmap": "string",
    "bloom_filter": "string",
    "geo": "sorted_set",
}

_OF_BITS = frozenset(
    ("BITCOUNT", "BITFIELD", "BITFIELD_RO", "BITPOS", "GETBIT", "GETRANGE", "SETBIT", "STRLEN")
)
"""What goes with a string that is a Bloom filter's bits."""


def clash(structure: str, command: str) -> str | None:
    """What a command does to a key of a declared structure that it is not for, as the end of a sentence."""
    family = FAMILY.get(command) or WRITES_ANEW.get(command)
    anew = command in WRITES_ANEW
    if family is None or family == structure == "bloom_filter":
        return None  # its own type, or somebody who takes the bits for it: the server says which
    if stored_as(structure) != family:
        return (
            "it replaces what is there, and whoever reads it fails with WRONGTYPE"
            if anew
            else "it fails with WRONGTYPE"
        )
    if structure == "bloom_filter" and command not in _OF_BITS:
        return (
            "it replaces the filter, and whoever asks that fails"
            if anew
            else "what stands there are a filter's bits, and no text"
        )
    return None


def stored_as(structure: str) -> str:
    """The server's own structure for a declared one."""
    return _STORED_AS.get(structure, structure)


def plural(family: str) -> str:
    """How a message speaks of several of them."""
    return {"hash": "hashes"}.get(family, f"{family.replace('_', ' ')}s")
