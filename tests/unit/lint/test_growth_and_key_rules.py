"""The rules about growth, keys and channels, over programs built by hand."""

import pytest

from redisspec.ir.flows import Effect, Procedure, Sequence, Unit, Value
from redisspec.ir.model import Server
from redisspec.ir.types import Field, Imported, Json, ListOf, Maybe, Record, RecordRef, Scalar
from tests.unit.lint.programs import SILENT, found, keyspace, pattern, policy, ttl

MAP = {"structure": "hash", "map_key": Scalar("str")}


@pytest.mark.parametrize("structure", ["list", "set", "sorted_set", "bitmap", "geo", "hash"])
def test_a_collection_without_a_bound(structure):
    settings = MAP if structure == "hash" else {"structure": structure}
    assert [one.severity for one in found("RS201", keyspace(**settings))] == ["error"]
    assert not found("RS201", keyspace(**settings, max_items=50))


def test_streams_are_told_by_their_own_rule_and_the_rest_by_none():
    stream = keyspace(structure="stream")
    assert not found("RS201", stream)
    assert len(found("RS202", stream)) == 1
    assert not found("RS202", keyspace(structure="stream", max_items=9))
    for structure in ("string", "counter", "hyperloglog", "hash"):
        assert not found("RS201", keyspace(structure=structure))


FIXED = Record("Point", (Field("x", Scalar("int"), "x"), Field("y", Maybe(Scalar("date")), "y")))
LOOSE = Record("Page", (Field("p", RecordRef("Point"), "p"), Field("t", Scalar("str"), "t")))
RECURSIVE = Record("Tree", (Field("left", Maybe(RecordRef("Tree")), "left"),))
RECORDS = {record.name: record for record in (FIXED, LOOSE, RECURSIVE)}


@pytest.mark.parametrize(
    "value",
    [
        Scalar("str"),
        Scalar("bytes"),
        Json(None),
        Json(ListOf(Scalar("int"))),
        Json(RecordRef("Page")),
        RecordRef("Tree"),
        RecordRef("Unknown"),
        Imported("shop.models", "Address", "Address"),
    ],
)
def test_values_of_any_size(value):
    (only,) = found("RS205", keyspace(value=value), records=RECORDS)
    assert only.severity == "info"
    assert not found("RS205", keyspace(value=value, max_bytes=65_536), records=RECORDS)
    plain = value == Scalar("str")
    for structure in ("list", "set", "sorted_set", "geo", "hash"):
        told = found("RS205", keyspace(value=value, structure=structure), records=RECORDS)
        assert [one.severity for one in told] == ([] if plain else ["info"])
    for structure in ("hash", "stream"):
        fields = (Field("n", Scalar("str"), "n"), Field("a", value, "a"), Field("b", value, "b"))
        told = found("RS205", keyspace(structure=structure, fields=fields), records=RECORDS)
        assert ["the field `a`" in one.message for one in told] == ([] if plain else [True])
    assert not found("RS205", keyspace(value=value, structure="hyperloglog"), records=RECORDS)


@pytest.mark.parametrize("value", [Scalar("int"), Scalar("uuid"), Json(RecordRef("Point"))])
def test_values_of_a_fixed_size(value):
    assert not found("RS205", keyspace(value=value), records=RECORDS)


def test_a_high_bound_on_values_is_a_warning():
    assert not found("RS205", keyspace(max_bytes=102_400))
    (only,) = found("RS205", keyspace(max_bytes=1 << 20))
    assert (only.severity, "1MiB" in only.message) == ("warning", True)


def test_collections_that_may_grow_too_large():
    assert not found("RS206", keyspace(structure="list", max_items=1_000_000))
    for structure in ("list", "set"):
        (only,) = found("RS206", keyspace(structure=structure, max_items=1_000_001))
        assert "may hold 1_000_001 items: deleting" in only.message
    assert not found("RS206", keyspace(structure="bitmap", max_items=80_000_000))
    assert "bits" in found("RS206", keyspace(structure="bitmap", max_items=90_000_000))[0].message


def _procedure(name, *commands):
    effects = tuple(
        Effect(command, pattern(key), frozenset(), args=tuple(Value("constant", a) for a in args))
        for command, key, *args in commands
    )
    return Procedure(name, Sequence((Unit("transaction", effects),)), "safe")


@pytest.mark.parametrize(
    ("settings", "reader"),
    [({"structure": "set"}, "`members` of `tags`"), (MAP, "`get_all` of `tags`")],
)
def test_a_collection_that_a_method_reads_whole(settings, reader):
    (only,) = found("RS206", keyspace("tags", **settings, max_items=100_001))
    assert reader in only.message
    assert only.severity == "warning"
    assert not found("RS206", keyspace("tags", **settings, max_items=100_000))


@pytest.mark.parametrize("structure", ["list", "sorted_set", "stream", "geo", "bitmap"])
def test_a_collection_that_no_method_has_to_read_whole(structure):
    assert not found("RS206", keyspace(structure=structure, max_items=1_000_000))


@pytest.mark.parametrize(
    ("key", "severity"),
    [
        ("s:<ip:encoded>", "error"),
        ("s:<q:str>", "error"),
        ("s:<id:int>:<q:slug>", "error"),
        ("s:<id:uuid>", "warning"),
        ("s:<id:hex(8)>", "warning"),
    ],
)
def test_keys_without_end(key, severity):
    (only,) = found("RS207", keyspace(key=key, lifetime=ttl(None)))
    assert only.severity == severity
    assert not found("RS207", keyspace(key=key, lifetime=ttl(None), expected_keys=5))
    assert not found("RS207", keyspace(key=key))
    assert not found("RS207", keyspace(key=key, lifetime=SILENT))


def test_keys_whose_number_the_spec_gives():
    assert not found("RS207", keyspace(key="names", lifetime=ttl(None)))
    assert not found("RS207", keyspace(key="n:<l:enum(en | de)>", lifetime=ttl(None)))


def test_events_that_must_survive_on_pubsub():
    def told(name="price_changed", **settings):
        return found("RS611", policy("channel", name, **settings))

    assert "at_least_once" in told(settings={"delivery": "at_least_once"})[0].message
    assert "`payment`" in told("payment_done")[0].message
    assert "`invoice`" in told(value=RecordRef("InvoiceSent"))[0].message
    assert told(doc="Tells billing.")
    assert not told()
    assert not told("payment_done", settings={"delivery": "at_most_once"})
    assert not found("RS611", policy("queue", "payment"))


@pytest.mark.parametrize(
    ("key", "part"),
    [
        ("User:<id:int>", "upper-case"),
        ("user.profile:<id:int>", "`.`"),
        ("user/<id:int>", "`/`"),
        ("user|<id:int>", "`|`"),
        ("user__<id:int>", "`__`"),
        ("user*:<id:int>", "`*`"),
        ("user:<id:int>:why?", "`?`"),
        ("user:[<id:int>", "`[`"),
        ("user:<id:int>]", "`]`"),
        ("user:<id:int>:", "empty part"),
        ("user::<id:int>", "empty part"),
        (":user", "empty part"),
        ("u" * 101, "characters long"),
    ],
)
def test_keys_that_are_hard_to_read(key, part):
    (only,) = found("RS701", keyspace(key=key))
    assert part in only.message
    assert only.severity == "info"


@pytest.mark.parametrize("key", ["user:{<user_id:int>}:open-carts", "stock_level:<sku:slug>", "a"])
def test_keys_that_read_well(key):
    assert not found("RS701", keyspace(key=key))


def test_one_finding_for_all_that_is_odd_about_a_key():
    (only,) = found("RS701", keyspace(key="User/x::<id:int>"))
    assert only.message.count(" and ") == 2


def test_two_keyspaces_in_one_key_that_store_different_things():
    one = keyspace("profile", "user:<user_id:int>", structure="hash")
    (only,) = found("RS706", one, keyspace("visits", "user:<n:int>", structure="counter"))
    assert "WRONGTYPE" in only.message
    (only,) = found("RS706", keyspace("a", "u:<i:int>"), keyspace("b", "u:7", value=Scalar("str")))
    assert "`shop:u:7`" in only.message
    assert not found("RS706", keyspace("a", "u:<i:int>"), keyspace("b", "u:7"))
    assert not found("RS706", one, keyspace("visits", "visits:<n:int>", structure="counter"))
    elsewhere = keyspace("visits", "user:<n:int>", structure="counter", server="other")
    assert not found("RS706", one, elsewhere)


CLUSTER = Server(topology="cluster")


def test_one_step_over_two_slots():
    apart = _procedure("reserve", ("DECR", "stock:<sku:slug>"), ("INCR", "held:<sku:slug>"))
    joined = _procedure("reserve", ("DECR", "stock:{<sku:slug>}"), ("INCR", "held:{<sku:slug>}"))
    (only,) = found("RS707", procedures=(apart,), server=CLUSTER)
    assert "`reserve`" in only.message
    assert not found("RS707", procedures=(joined,), server=CLUSTER)
    assert not found("RS707", procedures=(apart,))


@pytest.mark.parametrize(
    ("key", "part"),
    [
        ("{cart}:<id:int>", "one slot, that of `{cart}`"),
        ("c:{<r:enum(eu | us)>}:<id:int>", "at most 2 slots"),
        ("c:{<day:date>}:<id:int>", "one slot at a time"),
    ],
)
def test_coarse_tags(key, part):
    (only,) = found("RS708", keyspace(key=key), server=CLUSTER)
    assert part in only.message
    assert "`{<id:int>}`" in (only.help or "")


@pytest.mark.parametrize(
    "key", ["c:{<id:int>}", "c:<id:int>", "{names}", "v:{<day:date>}", "c:{a:<id:int>}:<b:int>"]
)
def test_tags_that_spread(key):
    assert not found("RS708", keyspace(key=key))


def test_the_others_with_the_same_constant_tag_are_named():
    first, _ = found("RS708", keyspace("a", "{x}:a:<i:int>"), keyspace("b", "{x}:b:<i:int>"))
    assert "with those of `b`" in first.message
    assert "`b`" in first.related[0].message
