"""The rules about lifetimes, over programs built by hand."""

import pytest

from redisspec.ir.model import Server
from redisspec.ir.types import Scalar
from tests.unit.lint.programs import HOUR, SILENT, found, keyspace, policy, ttl


def test_a_silent_keyspace_is_told_once_and_by_its_name():
    (only,) = found("RS101", keyspace(lifetime=SILENT))
    assert "`cart` has no `ttl`" in only.message
    assert only.severity == "error"
    assert not found("RS101", keyspace(), keyspace(lifetime=ttl(None)))


def test_what_breaks_follows_the_eviction_policy():
    (refused,) = found("RS101", keyspace(lifetime=SILENT))
    (evicted,) = found("RS101", keyspace(lifetime=SILENT), server=Server(eviction="allkeys-lru"))
    assert "writes fail" in refused.message
    assert "allkeys-lru then throws out other keys" in evicted.message


def test_caches_live_by_a_ttl_and_channels_do_not():
    assert found("RS101", policy("cache", lifetime=None))
    assert not found("RS101", policy("channel", lifetime=None))


def test_a_lock_without_a_ttl_is_another_rules():
    for silent in (SILENT, None):
        assert not found("RS101", policy("lock", lifetime=silent))
        (only,) = found("RS401", policy("lock", lifetime=silent))
        assert "never" not in (only.help or "")
    assert not found("RS401", policy("lock"), policy("cache", lifetime=None))


@pytest.mark.parametrize(
    ("key", "period"),
    [
        ("v:<day:date>", "day"),
        ("v:<m:month>", "month"),
        ("v:<w:isoweek>", "week"),
        ("v:<h:hour>", "hour"),
        ("v:<day:str>", "day"),
        ("v:<start_date:slug>", "day"),
        ("v:<window:int>", "window"),
        ("v:<year:int>", "year"),
        ("v:<year:slug>", "year"),
        ("v:<hour:str>", "hour"),
        ("v:<date:str>", "day"),
        ("report:2026-11", "period"),
    ],
)
@pytest.mark.parametrize("lifetime", [SILENT, ttl(None)], ids=["silent", "never"])
def test_a_dated_key_that_never_expires_is_told_once(key, period, lifetime):
    one = keyspace(key=key, lifetime=lifetime)
    (only,) = found("RS102", one)
    assert f"every {period}" in only.message
    assert not found("RS101", one)
    assert not found("RS207", one)


@pytest.mark.parametrize(
    "key",
    [
        "v:<hour:int>",
        "v:<month:int>",
        "v:<model_year:int>",
        "v:<day:enum(mon | tue)>",
        "v:<order_id:uuid>",
        "v:12026-11",
        "v:<id:str>",
    ],
)
def test_what_only_looks_like_a_date_is_none(key):
    assert not found("RS102", keyspace(key=key, lifetime=ttl(None)))


def test_a_counter_that_every_hit_prolongs_never_ends():
    (only,) = found("RS106", keyspace(structure="counter", lifetime=ttl(HOUR, refresh="on_write")))
    assert "starts its 1h again" in only.message
    assert only.severity == "warning"
    assert found("RS106", keyspace(structure="counter", lifetime=ttl(refresh="on_access")))
    assert not found("RS106", keyspace(structure="counter", lifetime=ttl(refresh="never")))
    assert not found("RS106", keyspace(key="c:<d:date>", structure="counter", lifetime=ttl()))
    assert not found("RS106", keyspace(structure="string", lifetime=ttl()))


def test_durations_of_zero_or_less():
    assert "is 0s" in found("RS107", keyspace(lifetime=ttl(0)))[0].message
    assert "is -5s" in found("RS107", keyspace(lifetime=ttl(-5_000)))[0].message
    assert "`max`" in found("RS107", keyspace(lifetime=ttl(max_ms=0)))[0].message
    assert "`field_ttl`" in found("RS107", keyspace(field_ttl_ms=0))[0].message
    assert len(found("RS107", keyspace(lifetime=ttl(0, max_ms=0)))) == 1
    assert not found("RS107", keyspace(), keyspace(lifetime=ttl(None)), policy(lifetime=None))


def test_many_keys_with_one_ttl_and_no_jitter():
    (only,) = found("RS109", keyspace(expected_keys=200_000))
    assert only.severity == "info"
    assert "200_000 keys" in only.message
    assert found("RS109", policy(settings={"expect": 10_000}))


@pytest.mark.parametrize(
    "quiet",
    [
        keyspace(),
        keyspace(expected_keys=9_999),
        keyspace(expected_keys=200_000, lifetime=ttl(jitter=0.05)),
        keyspace(expected_keys=200_000, lifetime=ttl(refresh="on_access")),
        keyspace(expected_keys=200_000, lifetime=ttl(None)),
        keyspace(expected_keys=200_000, structure="list"),
        keyspace(expected_keys=200_000, structure="hash", map_key=Scalar("int")),
        keyspace(expected_keys=200_000, key="v:<day:date>:<id:int>"),
    ],
)
def test_keys_that_spread_by_themselves_need_no_jitter(quiet):
    assert not found("RS109", quiet)


NEW = Server(version=(7, 4))


def test_entries_by_id_that_expire_only_together():
    entries = keyspace(structure="hash", map_key=Scalar("uuid"))
    (only,) = found("RS112", entries, server=NEW)
    assert only.severity == "info"
    assert "one busy entry keeps all the others alive" in only.message
    assert found("RS112", entries, server=Server(engine="valkey", version=(9, 0)))
    assert not found("RS112", entries, server=Server(version=(7, 2)))
    assert not found("RS112", entries, server=Server(engine="valkey", version=(8, 1)))
    fixed = keyspace(structure="hash", map_key=Scalar("uuid"), lifetime=ttl(refresh="never"))
    assert "vanish together" in found("RS112", fixed, server=NEW)[0].message


@pytest.mark.parametrize(
    "quiet",
    [
        keyspace(structure="hash", map_key=Scalar("uuid"), field_ttl_ms=HOUR),
        keyspace(structure="hash", map_key=Scalar("str")),
        keyspace(structure="hash", map_key=Scalar("int"), lifetime=ttl(None)),
        keyspace(structure="hash"),
    ],
)
def test_hashes_whose_entries_belong_together(quiet):
    assert not found("RS112", quiet, server=NEW)


@pytest.mark.parametrize("kind", ["lock", "queue", "session", "idempotency"])
@pytest.mark.parametrize("eviction", ["allkeys-lru", "volatile-ttl"])
def test_state_on_a_server_that_evicts(kind, eviction):
    (only,) = found("RS113", policy(kind, "mine"), server=Server(eviction=eviction))
    assert only.severity == "error"
    assert "`mine`" in only.message
    assert [one.message for one in only.related]
    assert not found("RS113", policy(kind), server=Server(eviction="noeviction"))
    assert not found("RS113", policy(kind), server=Server())


def test_keys_that_never_expire_on_a_server_that_evicts():
    never = keyspace("stock", "stock:<sku:slug>", lifetime=ttl(None))
    one_key = keyspace("names", "names", lifetime=ttl(None))
    (volatile,) = found("RS113", never, one_key, server=Server(eviction="volatile-lru"))
    assert (volatile.severity, "`names`" in volatile.message) == ("error", False)
    (every,) = found("RS113", never, one_key, server=Server(eviction="allkeys-lfu"))
    assert (every.severity, "`names`" in every.message) == ("warning", True)
    assert not found("RS113", keyspace(), server=Server(eviction="volatile-lru"))
