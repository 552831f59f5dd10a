"""What servers do not say of their commands: whether a key comes to be, and what its TTL does.

Each row is for one key of a command (its place among the command's key specs). A test holds every
row against a real server.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from redisspec.ir.commands import Version


@dataclass(frozen=True, slots=True)
class Twist:
    """What an option does to a command's actions: adds some, takes some away."""

    adds: frozenset[str] = frozenset()
    drops: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Row:
    """The actions of a command on one of its keys beside reads and writes.

    `options` are the option words that change them; `before` of the words after the key are no
    options (a value may spell one); `leading` says that options stand only in front of the first
    word that is none; `takes` how many words follow an option; `condition` is NX or XX where the
    command itself depends on the key.
    """

    actions: frozenset[str] = frozenset()
    options: dict[str, Twist] = field(default_factory=dict)
    before: int = 0
    leading: bool = False
    condition: str | None = None


def _row(
    actions: str = "",
    *,
    options: dict[str, Twist] | None = None,
    before: int = 0,
    leading: bool = False,
    condition: str | None = None,
) -> Row:
    return Row(frozenset(actions.split()), options or {}, before, leading, condition)


def _twist(adds: str = "", drops: str = "") -> Twist:
    return Twist(frozenset(adds.split()), frozenset(drops.split()))


_EXPIRES = _twist("expires", "clears_ttl")
_DEADLINES = dict.fromkeys(("EX", "PX", "EXAT", "PXAT"), _EXPIRES)
_NX = _twist(drops="clears_ttl")
_XX = _twist(drops="creates")
_CREATES = _row("creates")
_GROWS = _row("creates grows")
_STORES = _row("creates clears_ttl")
_EXPIRE = _row("expires", options=dict.fromkeys(("NX", "XX", "GT", "LT"), _twist()), before=1)
_TRIMS = {"MAXLEN": _twist("trims"), "MINID": _twist("trims")}

ARITY_OF_OPTION: Final = {
    "EX": 1, "PX": 1, "EXAT": 1, "PXAT": 1, "IFEQ": 1, "LIMIT": 1, "MAXLEN": 1, "MINID": 1,
}  # fmt: skip
"""How many words follow an option. `~` and `=` before a threshold are not counted."""

ROWS: Final[dict[tuple[str, int], Row]] = {
    # Strings and counters
    ("SET", 0): _row(
        "creates clears_ttl",
        options={
            **_DEADLINES,
            "KEEPTTL": _twist(drops="clears_ttl"),
            "NX": _NX,
            "XX": _XX,
            "IFEQ": _XX,
            "GET": _twist("reads"),
        },
        before=1,
    ),
    ("SETNX", 0): _row("creates", condition="NX"),
    ("SETEX", 0): _row("creates expires"),
    ("PSETEX", 0): _row("creates expires"),
    ("GETSET", 0): _row("creates clears_ttl"),
    ("GETDEL", 0): _row("deletes"),
    ("GETEX", 0): _row(options={**_DEADLINES, "PERSIST": _twist("clears_ttl")}),
    ("MSET", 0): _row("creates clears_ttl"),
    ("MSETNX", 0): _row("creates", condition="NX"),
    ("APPEND", 0): _GROWS,
    ("SETRANGE", 0): _GROWS,
    ("INCR", 0): _CREATES,
    ("INCRBY", 0): _CREATES,
    ("INCRBYFLOAT", 0): _CREATES,
    ("DECR", 0): _CREATES,
    ("DECRBY", 0): _CREATES,
    # Bitmaps
    ("SETBIT", 0): _GROWS,
    ("BITFIELD", 0): _row(
        options=dict.fromkeys(("SET", "INCRBY"), _twist("creates grows")),
    ),
    ("BITOP", 0): _STORES,
    # Hashes
    ("HSET", 0): _GROWS,
    ("HMSET", 0): _GROWS,
    ("HSETNX", 0): _row("creates grows", condition="NX"),
    ("HSETEX", 0): _row(
        "creates grows",
        options={"FXX": _twist(drops="creates grows"), "FNX": _twist()},
        leading=True,
    ),
    ("HINCRBY", 0): _GROWS,
    ("HINCRBYFLOAT", 0): _GROWS,
    # Lists
    ("LPUSH", 0): _GROWS,
    ("RPUSH", 0): _GROWS,
    ("LPUSHX", 0): _row("grows", condition="XX"),
    ("RPUSHX", 0): _row("grows", condition="XX"),
    ("LINSERT", 0): _row("grows", condition="XX"),
    ("LSET", 0): _row(condition="XX"),
    ("LTRIM", 0): _row("trims"),
    ("RPOPLPUSH", 1): _GROWS,
    ("BRPOPLPUSH", 1): _GROWS,
    ("LMOVE", 1): _GROWS,
    ("BLMOVE", 1): _GROWS,
    # Sets
    ("SADD", 0): _GROWS,
    ("SMOVE", 1): _GROWS,
    ("SDIFFSTORE", 0): _STORES,
    ("SINTERSTORE", 0): _STORES,
    ("SUNIONSTORE", 0): _STORES,
    # Sorted sets and geo
    ("ZADD", 0): _row(
        "creates grows",
        options={
            "XX": _twist(drops="creates grows"),
            "NX": _twist(),
            "GT": _twist(),
            "LT": _twist(),
            "CH": _twist(),
            "INCR": _twist("reads"),
        },
        leading=True,
    ),
    ("GEOADD", 0): _row(
        "creates grows",
        options={"XX": _twist(drops="creates grows"), "NX": _twist(), "CH": _twist()},
        leading=True,
    ),
    ("ZINCRBY", 0): _GROWS,
    ("ZREMRANGEBYRANK", 0): _row("trims"),
    ("ZREMRANGEBYSCORE", 0): _row("trims"),
    ("ZDIFFSTORE", 0): _STORES,
    ("ZINTERSTORE", 0): _STORES,
    ("ZUNIONSTORE", 0): _STORES,
    ("ZRANGESTORE", 0): _STORES,
    ("GEOSEARCHSTORE", 0): _STORES,
    ("GEORADIUS", 1): _STORES,
    ("GEORADIUS", 2): _STORES,
    ("GEORADIUSBYMEMBER", 1): _STORES,
    ("GEORADIUSBYMEMBER", 2): _STORES,
    ("SORT", 2): _STORES,
    # Streams
    ("XADD", 0): _row(
        "creates grows",
        options={
            **_TRIMS,
            "NOMKSTREAM": _XX,
            "LIMIT": _twist(),
            "KEEPREF": _twist(),
            "DELREF": _twist(),
            "ACKED": _twist(),
        },
        leading=True,
    ),
    ("XTRIM", 0): _row("trims"),
    ("XGROUP CREATE", 0): _row(options={"MKSTREAM": _twist("creates")}, before=2),
    # Hyperloglogs are bounded: adding to one does not grow it past 12 KiB.
    ("PFADD", 0): _CREATES,
    ("PFMERGE", 0): _CREATES,
    # Any key
    ("DEL", 0): _row("deletes"),
    ("UNLINK", 0): _row("deletes"),
    ("DELIFEQ", 0): _row("deletes"),
    ("EXPIRE", 0): _EXPIRE,
    ("PEXPIRE", 0): _EXPIRE,
    ("EXPIREAT", 0): _EXPIRE,
    ("PEXPIREAT", 0): _EXPIRE,
    ("PERSIST", 0): _row("clears_ttl"),
    ("RENAME", 0): _row("deletes"),
    # The destination takes over what the source had, its TTL or none.
    ("RENAME", 1): _STORES,
    ("RENAMENX", 0): _row("deletes", condition="NX"),
    ("RENAMENX", 1): _row("creates", condition="NX"),
    ("MOVE", 0): _row("deletes"),
    ("MIGRATE", 0): _row("deletes"),
    ("COPY", 1): _row("creates", options={"REPLACE": _twist("clears_ttl")}),
    ("RESTORE", 0): _row("creates", options={"REPLACE": _twist("clears_ttl")}, before=2),
    ("MSETEX", 0): _row("creates clears_ttl", options={**_DEADLINES, "KEEPTTL": _NX}),
    ("VADD", 0): _GROWS,
}

CONDITIONS: Final = ("NX", "XX", "FNX", "FXX", "GT", "LT", "IFEQ", "NOMKSTREAM")
"""Options that an effect depends on."""

_VECTOR_SETS = (
    "VADD", "VCARD", "VDIM", "VEMB", "VGETATTR", "VINFO", "VISMEMBER", "VLINKS", "VRANDMEMBER",
    "VREM", "VSETATTR", "VSIM",
)  # fmt: skip
SINCE: Final[dict[str, Version]] = dict.fromkeys(_VECTOR_SETS, (8, 0, 0))
"""Redis counts vector sets' versions on their own; they came with 8.0."""
