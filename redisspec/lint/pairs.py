"""Two calls on one key that reach the server one after the other: what they race over, told by one rule.

Several rules could speak of the same two calls (a `GET` and a `SET` are a check, a modification, a
limiter, a lock). Here each pair gets the code of the one rule that tells it; the rules put it into words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from redisspec.lint.conditions import (
    compares,
    is_condition_of,
    is_not_among,
    is_nought,
    says_missing,
)
from redisspec.lint.consumed import (
    FILLS,
    TAKES,
    is_plain,
    is_replaced,
    is_taken,
    is_used,
    leaves_rest,
    refills,
    tells_who,
)
from redisspec.lint.lockwords import is_lock
from redisspec.lint.pyfacts import (
    atomic,
    decides,
    does,
    exclusive,
    guarded_by_watch,
    is_known,
    is_private,
    is_read,
    is_write,
    one_trip,
    own_guards,
    place,
    share_key,
    under_lock,
)
from redisspec.readers.values import leaves, mentions, parts_of

if TYPE_CHECKING:
    from redisspec.ir.flows import Value
    from redisspec.readers.python.module import PyCall, PyKey, PyModule, PyProcedure
    from redisspec.source.span import Span

_MOST = 400
"""Calls of one procedure that are looked at; beyond it the file is no hand-written one."""

# Reads that say whether something is there, or how much, and nothing of what it holds.
TELLS = frozenset(
    [
        "EXISTS",
        "TYPE",
        "TTL",
        "PTTL",
        "EXPIRETIME",
        "PEXPIRETIME",
        "HEXISTS",
        "SISMEMBER",
        "SMISMEMBER",
        "STRLEN",
        "HSTRLEN",
        "LLEN",
        "SCARD",
        "ZCARD",
        "HLEN",
        "XLEN",
        "ZCOUNT",
        "ZSCORE",
        "ZRANK",
        "ZREVRANK",
        "GETBIT",
        "BITCOUNT",
        "PFCOUNT",
        "LPOS",
    ]
)
COUNTS = frozenset(
    ["LLEN", "SCARD", "ZCARD", "HLEN", "XLEN", "ZCOUNT", "STRLEN", "BITCOUNT", "PFCOUNT"]
)
# Takes as many as it is told.
TRIMS = frozenset(["LPOP", "RPOP", "SPOP", "ZPOPMIN", "ZPOPMAX", "LTRIM", "ZREMRANGEBYRANK"])
_WHOLE = frozenset(
    ["LRANGE", "SMEMBERS", "HGETALL", "HKEYS", "HVALS", "ZRANGE", "ZREVRANGE", "ZRANGEBYSCORE"]
)
_CLEARS = frozenset(["DEL", "UNLINK", "LTRIM", "ZREMRANGEBYRANK", "ZREMRANGEBYSCORE"])
COUNTERS = frozenset(
    ["INCR", "INCRBY", "INCRBYFLOAT", "DECR", "DECRBY", "HINCRBY", "HINCRBYFLOAT", "ZINCRBY"]
)
_SINGLE_READS = {"INCR": "GET", "INCRBY": "GET", "INCRBYFLOAT": "GET", "DECR": "GET",
    "DECRBY": "GET", "HINCRBY": "HGET", "HINCRBYFLOAT": "HGET", "ZINCRBY": "ZSCORE"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pair:
    """Two calls on one key, and where they stand in the procedure that has both of them."""

    code: str
    first: PyCall
    second: PyCall
    key: PyKey
    first_span: Span
    second_span: Span


@lru_cache(maxsize=2)
def pairs_of(module: PyModule) -> tuple[Pair, ...]:
    """Every pair of the file that some rule tells, each by its one rule."""
    return tuple(pair for procedure in module.procedures for pair in _of(procedure))


def pairs(module: PyModule, code: str) -> Iterator[Pair]:
    """The pairs that one rule tells."""
    return (pair for pair in pairs_of(module) if pair.code == code)


def _of(procedure: PyProcedure) -> Iterator[Pair]:
    by_key: dict[tuple[Value, Value], list[tuple[PyCall, PyKey]]] = defaultdict(list)
    server = _only_server(procedure)
    sent = _sent(procedure)
    for call in sorted(
        procedure.calls[:_MOST], key=lambda one: sent.get(id(one.batch), one.number)
    ):
        for key in call.keys:
            if is_known(key.value) and not is_private(key):
                where = call.receiver.where
                by_key[
                    key.value, server if server is not None and _is_given(call) else where
                ].append((call, key))
    found: list[Pair] = []
    for calls in by_key.values():
        for at, (first, key) in enumerate(calls):
            for second, _ in calls[at + 1 :]:
                if second is first or not _apart(first, second):
                    continue
                span, other, own = place(first, second)
                if not own or len(first.sites) > 2 or len(second.sites) > 2:
                    # A step far away has a reader of its own; what two methods of an object do together is
                    # one thing in the eyes of few.
                    continue
                code = _code(procedure, first, second, key)
                far = len(first.sites) > 1 or len(second.sites) > 1
                if code is not None and (code in _FAR or not far):
                    found.append(Pair(code, first, second, key, span, other))
    told: set[tuple[Span, bool]] = set()
    for pair in sorted(found, key=lambda pair: _FIRST.index(pair.code)):
        # A read with five writes behind it, or a write with five before it, is one thing to mend.
        ends = ((pair.first_span, True), (pair.second_span, False))
        if told.isdisjoint(ends):
            told.update(ends)
            yield pair


def _only_server(procedure: PyProcedure) -> Value | None:
    """The one server that a procedure talks to, if it is one."""
    found = {call.receiver.where for call in procedure.calls if not _is_given(call)}
    return found.pop() if len(found) == 1 else None


def _is_given(call: PyCall) -> bool:
    """Whether it goes to a pipeline that somebody else made: of which server it is, is not said."""
    where = call.receiver.where
    return (
        call.receiver.kind == "pipeline"
        and where.provenance == "parameter"
        and not call.receiver.certain
    )


def _sent(procedure: PyProcedure) -> dict[int, int]:
    """When each batch reaches the server: what is queued first may come last."""
    return {
        id(call.batch): call.number
        for call in reversed(procedure.calls)
        if call.batch is not None and call.command is None and call.method == "execute"
    }


# What two helpers do, each by a helper of its own, is told where it is a drain or a limit.
_FAR = ("RS304", "RS408")

# The rule that says most of a pair comes first.
_FIRST = ("RS404", "RS402", "RS303", "RS304", "RS710", "RS310", "RS302", "RS408", "RS307", "RS311",
    "RS312", "RS313", "RS301")  # fmt: skip


def _apart(first: PyCall, second: PyCall) -> bool:
    """Whether others may come between the two."""
    if exclusive(first.guards, second.guards) or atomic(first, second):
        return False
    if under_lock(first) and under_lock(second) and (is_write(first) or is_write(second)):
        # Between two reads a key may expire, lock or no lock.
        return False
    return not guarded_by_watch(first, second)


def _code(procedure: PyProcedure, first: PyCall, second: PyCall, key: PyKey) -> str | None:
    if is_read(first) and is_write(second):
        return _read_then_write(procedure, first, second, key)
    if is_read(first) and is_read(second):
        return _read_twice(first, second)
    if is_write(first) and is_write(second):
        return _write_twice(procedure, first, second)
    if is_write(first) and is_read(second):
        return _write_then_read(first, second)
    return None


def _read_then_write(procedure: PyProcedure, read: PyCall, write: PyCall, key: PyKey) -> str | None:
    if read.watched is not None or other_field(read, write):
        return None
    command, then = read.command or "", write.command or ""
    if read.batch is not None:
        # Its reply is known once the pipeline has been sent.
        later = read.batch.executed and write.batch is not read.batch and not write.sites
        used = any(mentions(value, (read.reply,)) for value in write.arguments.values())
        decided_by = decides(read, own_guards(write, read))
        if any(part == "handler" for part, _ in write.tries):
            # Something that failed in between decides, not what was read.
            return None
        return "RS307" if later and not read.sites and (used or decided_by) else None
    if then in ("DEL", "UNLINK") and _compares_token(read, write):
        # What is no lock is good for one: a code, a token.
        return "RS404" if is_lock(read, key) or is_lock(write, key) else "RS303"
    if then in TAKES.get(command, ()) and is_taken(procedure, read, write):
        # `if client.zrem(key, member): …` goes on for the one who took it out.
        return None if tells_who(procedure, write) else "RS303"
    if then in ("DEL", "UNLINK") and _finds_nothing(read, write):
        # An empty collection has no key: what is deleted is what came in between.
        return "RS302"
    if leaves_rest(read, write):
        return "RS303" if is_used(procedure, read, write) else None
    if command in _WHOLE and then in _CLEARS:
        # A key that is all the caller's may be one that nobody else knows.
        own = key.value.provenance != "parameter"
        if is_replaced(procedure, read, write):
            return None
        return "RS304" if own and is_used(procedure, read, write) else None
    if command in COUNTS and then in TRIMS:
        given = write.arguments.values()
        return "RS302" if any(mentions(value, (read.reply,)) for value in given) else None
    decided = own_guards(write, read)
    if then == "ZADD" and command in ("ZSCORE", *_RANGES) and compares(decided, read):
        return "RS310"
    if then == "ZREM" and command in _RANGES and _replaces_least(procedure, read, write):
        return "RS310"
    if (command, then) in _BY_SIZE and compares(decided, read):
        # What another caller adds in between is taken out with the rest.
        return "RS302"
    if not does(write, "creates", "grows", "expires") or then in _TIMES or then in COUNTERS:
        # What two methods of an object do counts something of its own.
        limits = then in COUNTERS and compares(decided, read) and not (read.sites and write.sites)
        return "RS408" if limits else None
    if any(_reads_json(value, read) for value in write.arguments.values()):
        return "RS710"
    if command not in _WHOLE and _changes(write, read):
        return "RS302"
    if command in ("GET", "HGET") and then in ("SET", "HSET") and compares(decided, read):
        # The least or the greatest of all is kept.
        return "RS302"
    if (command, then) in SEARCHES:
        return "RS301" if any(is_not_among(guard, read.reply) for guard in decided) else None
    if command in COUNTS:
        return "RS408" if compares(decided, read) else None
    if command in TELLS and is_condition_of(read, write):
        return "RS301"
    if command in TELLS or (
        command in ("GET", "HGET")
        and (not is_used(procedure, read, write) or (is_lock(read, key) and is_lock(write, key)))
    ):
        missing = any(says_missing(guard, read.reply) for guard in decided)
        return "RS301" if missing and not _fills_a_cache(procedure, read, write) else None
    return None


def _finds_nothing(read: PyCall, write: PyCall) -> bool:
    return (read.command in COUNTS or read.command in _WHOLE) and any(
        is_nought(guard, read.reply) for guard in own_guards(write, read)
    )


# Reads of a whole collection in which something is looked for, and what adds it.
SEARCHES = frozenset(
    (read, add)
    for reads, adds in (
        (("LRANGE",), ("RPUSH", "LPUSH")),
        (("HKEYS", "HGETALL"), ("HSET", "HMSET")),
    )
    for read in reads
    for add in adds
)


_BY_SIZE = frozenset((("ZSCORE", "ZREM"), ("HGET", "HDEL")))
_RANGES = ("ZRANGE", "ZREVRANGE", "ZRANGEBYSCORE", "ZREVRANGEBYSCORE")


def _fills_a_cache(procedure: PyProcedure, read: PyCall, write: PyCall) -> bool:
    """Whether work lies between the two, whose result, or that it is done, is kept for a time."""
    if any(
        one.provenance == "random" for value in write.arguments.values() for one in leaves(value)
    ):
        # Who comes second overwrites what the first has handed out.
        return False
    kept = does(write, "expires") or not {"ex", "px", "exat", "pxat"}.isdisjoint(write.arguments)
    return kept and any(
        read.number < other.after <= write.number
        and not other.sites
        and other.name.rpartition(".")[2] not in _LOGS
        for other in procedure.others
    )


# What is told on the way is no work.
_LOGS = frozenset(("debug", "info", "warning", "error", "exception", "critical", "print"))


def _replaces_least(procedure: PyProcedure, read: PyCall, write: PyCall) -> bool:
    """The least of a sorted set is read, compared, and makes room for another."""
    return compares(own_guards(write, read), read) and any(
        call.command == "ZADD" and share_key(call, write) is not None
        for call in procedure.calls[write.number + 1 :]
    )


_TIMES = frozenset(["EXPIRE", "PEXPIRE", "EXPIREAT", "PEXPIREAT", "PERSIST"])


def _read_twice(first: PyCall, second: PyCall) -> str | None:
    if first.batch is not None or second.batch is not None or other_field(first, second):
        return None
    one, other = first.command or "", second.command or ""
    if first.sites or second.sites:
        return None
    looks = (one, other) in (("EXISTS", "GET"), ("HEXISTS", "HGET"), ("SISMEMBER", "SREM"))
    if looks and decides(first, own_guards(second, first)):
        return "RS312"
    same = one == other and one in ("GET", "HGET", "HGETALL", "ZSCORE")
    if same and first.statement == second.statement and first.span != second.span:
        return "RS312"
    return None


def _write_twice(procedure: PyProcedure, first: PyCall, second: PyCall) -> str | None:
    one, other = first.command or "", second.command or ""
    if one in ("SETNX", "HSETNX") or "nx" in first.arguments:
        return "RS402" if does(second, "expires") and not does(first, "expires") else None
    if one in COUNTERS and other in COUNTERS:
        over = compares(own_guards(second, first), first)
        return "RS408" if over and _undoes(one, second) else None
    if one in COUNTERS and first.batch is None and not other_field(first, second):
        return "RS302" if _loses_counts(first, second) else None
    if one in ("DEL", "UNLINK") and other == "RENAME" and not one_trip(first, second):
        taken = share_key(second, first)
        return "RS313" if taken is not None and taken.role == 1 and not first.loops else None
    if one in ("DEL", "UNLINK") and other in FILLS and not one_trip(first, second):
        return "RS313" if refills(procedure, first, second) else None
    return None


def _loses_counts(counter: PyCall, write: PyCall) -> bool:
    """Whether what a counter answers decides that it is taken out, or set: what is counted in between is lost."""
    guards = own_guards(write, counter)
    kind = (counter.command or "")[0]
    if write.command in _TAKEN_OUT[kind]:
        return any(is_nought(guard, counter.reply) for guard in guards)
    # What comes after `if left > most: return` is no answer to the count.
    answers = tuple(guard for guard in guards if guard.holds)
    return write.command in _SET_ANEW[kind] and not write.sites and decides(counter, answers)


# By a counter's first letter: of a string, a hash, a sorted set.
_TAKEN_OUT = {"I": ("DEL", "UNLINK"), "D": ("DEL", "UNLINK"), "H": ("HDEL",), "Z": ("ZREM",)}
_SET_ANEW = {"I": ("SET",), "D": ("SET",), "H": ("HSET",), "Z": ("ZADD",)}


def _write_then_read(write: PyCall, read: PyCall) -> str | None:
    command = write.command or ""
    if (
        write.dropped
        and write.batch is None
        and read.batch is None
        and _SINGLE_READS.get(command) == read.command
        and not other_field(write, read)
        and not write.loops[len(read.loops) :]
    ):
        return "RS311"
    return None


def other_field(one: PyCall, other: PyCall) -> bool:
    """Whether both speak of fields or members of one key, and of different ones for sure."""
    mine, theirs = _fields(one), _fields(other)
    return bool(mine) and bool(theirs) and not mine & theirs


def _fields(call: PyCall) -> set[Value]:
    """The fields or members that a call names, as far as they are known one by one."""
    listed = _LISTED.get(call.command or "")
    if listed is not None:
        given = call.arguments.get(listed)
        return set() if given is None or given.text != "()" else set(given.parts)
    name = _FIELD.get(call.command or "")
    given = call.arguments.get(name) if name is not None else None
    return set() if given is None else {given}


_FIELD = {
    "HGET": "key", "HSET": "key", "HSETNX": "key", "HEXISTS": "key", "HSTRLEN": "key",
    "HINCRBY": "key", "HINCRBYFLOAT": "key", "ZSCORE": "value", "ZINCRBY": "value",
    "SISMEMBER": "value",
}  # fmt: skip
_LISTED = {
    "HDEL": "*keys",
    "HMGET": "*args",
    "SREM": "*values",
    "SADD": "*values",
    "ZREM": "*values",
}


def _compares_token(read: PyCall, write: PyCall) -> bool:
    """`if client.get(key) == token: client.delete(key)`."""
    if read.command != "GET":
        return False
    for guard in own_guards(write, read):
        condition = guard.condition
        if condition.text in ("==", "!=") and len(condition.parts) == 2:
            sides = [is_plain(part, read.reply) for part in condition.parts]
            other = condition.parts[0] if sides[1] else condition.parts[1]
            if any(sides) and guard.holds is (condition.text == "==") and not _is_constant(other):
                return True
    return False


def _is_constant(value: Value) -> bool:
    return all(leaf.provenance == "constant" for leaf in leaves(value))


def _changes(write: PyCall, read: PyCall) -> bool:
    """Whether what is written is made of what was read, and is not the same again."""
    return any(
        mentions(value, (read.reply,)) and not _is_same(value, read.reply)
        for name, value in write.arguments.items()
        if name not in ("name", "key", "field")
    )


def _is_same(value: Value, reply: Value) -> bool:
    """Whether what was read is written again: `client.set(key, found or other, ex=60)` gives it a new TTL."""
    return value == reply or (
        value.text in ("or", "either") and any(part == reply for part in value.parts)
    )


def _reads_json(value: Value, read: PyCall) -> bool:
    """Whether a value came out of what was read by a JSON parser."""
    return any(one.text in _PARSES and mentions(one, (read.reply,)) for one in parts_of(value))


_PARSES = frozenset(f"call:{name}.loads" for name in ("json", "orjson", "ujson", "simplejson"))


def _undoes(command: str, second: PyCall) -> bool:
    return command.startswith("INCR") is (second.command or "").startswith("DECR")
