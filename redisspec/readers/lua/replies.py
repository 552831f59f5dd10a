"""What kind of reply a caller gets: of a command, and of what a script returns."""

from __future__ import annotations

from typing import Literal, TypeAlias

from redisspec.ir.flows import Value
from redisspec.readers.lua.values import FALSE, NIL, TRUE, alternatives, is_number

ReplyType: TypeAlias = Literal["integer", "text", "status", "error", "array", "nil", "unknown"]

FLAGS = frozenset(
    [
        "EXISTS",
        "SISMEMBER",
        "HEXISTS",
        "SETNX",
        "HSETNX",
        "MSETNX",
        "RENAMENX",
        "PERSIST",
        "EXPIRE",
        "PEXPIRE",
        "EXPIREAT",
        "PEXPIREAT",
        "MOVE",
        "COPY",
        "SMOVE",
        "GETBIT",
        "SETBIT",
        "PFADD",
    ]
)
"""Commands that always answer 0 or 1."""
COUNTS = frozenset(
    [
        "DEL",
        "UNLINK",
        "TOUCH",
        "LLEN",
        "SCARD",
        "ZCARD",
        "HLEN",
        "XLEN",
        "STRLEN",
        "HSTRLEN",
        "SADD",
        "SREM",
        "ZREM",
        "HSET",
        "HDEL",
        "LREM",
        "LPUSH",
        "RPUSH",
        "LPUSHX",
        "RPUSHX",
        "ZCOUNT",
        "ZLEXCOUNT",
        "ZREMRANGEBYSCORE",
        "ZREMRANGEBYRANK",
        "ZREMRANGEBYLEX",
        "BITCOUNT",
        "XDEL",
        "XACK",
        "XTRIM",
        "PFCOUNT",
        "PUBLISH",
        "APPEND",
        "SETRANGE",
        "SDIFFSTORE",
        "SINTERSTORE",
        "SUNIONSTORE",
        "ZUNIONSTORE",
        "ZINTERSTORE",
        "ZDIFFSTORE",
        "ZRANGESTORE",
        "SINTERCARD",
    ]
)
"""Commands that always answer how many."""
NUMBERS = frozenset(
    ["INCR", "INCRBY", "DECR", "DECRBY", "HINCRBY", "TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME"]
)
"""Commands that always answer some number."""
_INTEGERS = FLAGS | COUNTS | NUMBERS | {"GEOADD", "LINSERT", "BITPOS"}
_TEXTS = frozenset(
    [
        "GET",
        "HGET",
        "LINDEX",
        "GETDEL",
        "GETEX",
        "GETSET",
        "ZSCORE",
        "RPOPLPUSH",
        "LMOVE",
        "GEODIST",
    ]
)
_ALWAYS_TEXT = frozenset(["INCRBYFLOAT", "HINCRBYFLOAT", "ZINCRBY", "GETRANGE"])
_STATUSES = frozenset(
    ["HMSET", "LTRIM", "LSET", "RENAME", "MSET", "SETEX", "PSETEX", "PFMERGE", "TYPE"]
)
_ARRAYS = frozenset(
    [
        "HGETALL",
        "HKEYS",
        "HVALS",
        "HMGET",
        "MGET",
        "SMEMBERS",
        "SUNION",
        "SINTER",
        "SDIFF",
        "SMISMEMBER",
        "LRANGE",
        "ZRANGE",
        "ZREVRANGE",
        "ZRANGEBYSCORE",
        "ZREVRANGEBYSCORE",
        "XRANGE",
        "XREVRANGE",
        "GEOSEARCH",
        "GEOPOS",
        "ZMSCORE",
        "TIME",
    ]
)
_OPTIONAL_INTEGERS = frozenset(["ZRANK", "ZREVRANK", "LPOS"])
_NUMBER_OPERATIONS = frozenset(
    [
        "+",
        "-",
        "*",
        "/",
        "%",
        "tonumber",
        "#",
        "math.floor",
        "math.ceil",
        "math.min",
        "math.max",
        "math.abs",
        "counter",
    ]
)


def reply_types(value: Value) -> frozenset[ReplyType]:
    """The kinds of reply that a returned value may become."""
    found: set[ReplyType] = set()
    for one in alternatives(value):
        found |= _types(one)
    return frozenset(found)


def _types(value: Value) -> set[ReplyType]:
    if value in (NIL, FALSE):
        return {"nil"}
    if value == TRUE or is_number(value):
        return {"integer"}
    if value.provenance == "constant":
        return {"text"}
    if value.provenance == "parameter":
        return {"integer" if value.text.startswith("#") else "text"}
    if value.provenance == "clock":
        return {"text"}
    if value.provenance == "reply":
        return _of_command(value)
    if value.provenance == "formatted":
        return _of_operation(value)
    return {"unknown"}


def _of_command(reply: Value) -> set[ReplyType]:
    command = reply.text
    words = {word.text.upper() for word in reply.parts if word.provenance == "constant"}
    if command in ("SET", "ZADD") and not words.isdisjoint(("GET", "INCR")):
        return {"text", "nil"}
    if command in _INTEGERS or command == "ZADD":
        return {"integer"}
    if command == "SET":
        return {"status"} if words.isdisjoint(("NX", "XX")) else {"status", "nil"}
    if command in _OPTIONAL_INTEGERS:
        return {"integer", "nil"}
    if command in _ALWAYS_TEXT or (command == "XADD" and "NOMKSTREAM" not in words):
        return {"text"}
    if command in _TEXTS:
        return {"text", "nil"}
    if command in _STATUSES:
        return {"status"}
    if command in _ARRAYS:
        return {"array"}
    return {"unknown"}


def _of_operation(value: Value) -> set[ReplyType]:
    match value.text:
        case "{}":
            fields = {part.text for part in value.parts if part.text in ("ok=", "err=")}
            return {"status"} if "ok=" in fields else {"error"} if fields else {"array"}
        case "redis.status_reply":
            return {"status"}
        case "redis.error_reply":
            return {"error"}
        case ".." | "tostring" | "cjson.encode" | "cmsgpack.pack":
            return {"text"}
        case "==" | "~=" | "<" | ">" | "<=" | ">=" | "not":
            return {"integer", "nil"}
        case operation if operation in _NUMBER_OPERATIONS:
            return {"integer"}
        case operation if operation.startswith("string."):
            return {"text"}
    return {"unknown"}
