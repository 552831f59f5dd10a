"""What every procedure of every policy is used for, once each: programs that do just this can be killed anywhere in it."""

from __future__ import annotations

import contextlib
import importlib
import random
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from tests.patterns.made import package
from tests.server.generated.app import App

SPEC = """\
types: {Product: {name: str, category_id: int}}
caches:
  plain: {key: "plain:<product_id:int>", value: int, ttl: 2s, stale: 1s, negative_ttl: 1s, lease: 300ms}
  tagged: {key: "tagged:{<shop_id:int>}:<sku:slug>", value: json<Product>, ttl: 2s, lease: 300ms, tags: ["shop:<shop_id>", "category:<value.category_id>"]}
rate_limits:
  api: {key: "api:<user_id:int>", limits: [100/s burst 200, 5000/m]}
  fixed: {key: "fixed:<user_id:int>", limits: [100/s], algorithm: fixed_window}
  sliding: {key: "sliding:<user_id:int>", limits: [100/s], algorithm: sliding_window}
  log: {key: "log:<user_id:int>", limits: [100/s], algorithm: sliding_log}
  jobs: {key: "jobs:<user_id:int>", algorithm: concurrency, concurrent: 3, lease: 300ms}
sessions:
  login: {user: {user_id: int}, fields: {name: str}, idle: 1s, absolute: 3s, max_per_user: 2}
  visit: {key: visitors, fields: {name: str}, idle: 1s, absolute: 3s}
idempotency:
  payment: {key: "pay:<request_id:uuid>", result: str, keep: 3s, lease: 300ms}
locks:
  checkout: {key: "checkout:<order_id:int>", ttl: 400ms, renew: auto, fencing: true}
  exports: {key: exports, kind: semaphore, permits: 2, ttl: 400ms}
  catalogue: {key: "catalogue:<shop_id:int>", kind: read_write, ttl: 400ms, fencing: true}
"""
"""Everything ends soon: who comes behind a client that was killed waits for it."""

CACHES = ("plain", "tagged")
WINDOWS = ("api", "fixed", "sliding", "log")
SESSIONS = ("login", "visit")
POLICIES = (*CACHES, *WINDOWS, "jobs", *SESSIONS, "payment", "checkout", "exports", "catalogue")
BY_OTHERS = {"key": "sends nothing", "cached": "get_or_load", "idempotent": "run"}
"""Methods without a story of their own, and why."""

Story = Callable[[Any, App, int], None]
"""Uses the policy `at`, a part of the shop, on keys of this number."""

STORIES: dict[str, Story] = {}
"""By policy and method: `checkout.acquire`."""


def story(*policies: str) -> Callable[[Story], Story]:
    """Tells it of these policies; the method is the function's name."""

    def told(function: Story) -> Story:
        for policy in policies:
            STORIES[f"{policy}.{function.__name__.rstrip('_')}"] = function
        return function

    return told


def played(shop: App, name: str, number: int) -> None:
    """Play one story."""
    STORIES[name](getattr(shop, name.partition(".")[0]), shop, number)


def awaited(shop: App, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function as the client takes it: awaited where it is."""
    if shop.loop is None:
        return function

    async def run(*given: Any) -> Any:
        return function(*given)

    return run


@contextlib.contextmanager
def inside(shop: App, held: Any) -> Iterator[Any]:
    """Within a lock's block, of either client; nothing is done where others have it."""
    enter = shop.value(held.__enter__() if shop.loop is None else held.__aenter__())
    try:
        yield enter
    finally:
        leave = held.__exit__ if shop.loop is None else held.__aexit__
        shop.value(leave(None, None, None))


def runtime(module: str) -> Any:
    """A module of the package's support code."""
    return importlib.import_module(f"{package(SPEC).__name__}._runtime.{module}")


# --- caches -------------------------------------------------------------------------------------


def slot(at: Any, number: int) -> tuple[Any, ...]:
    """The arguments that name an entry."""
    return (number,) if at._name == "plain" else (number, "tea")


def value(at: Any, shop: App) -> Any:
    return (
        random.choice((1, None))
        if at._name == "plain"
        else package(SPEC).Product(name="tea", category_id=7)
    )


@story(*CACHES)
def get(at: Any, shop: App, number: int) -> None:
    at.get(*slot(at, number))


@story(*CACHES)
def get_or_load(at: Any, shop: App, number: int) -> None:
    at.get_or_load(*slot(at, number), awaited(shop, lambda *_: value(at, shop)))
    at.invalidate(*slot(at, number))


@story(*CACHES)
def get_many_or_load(at: Any, shop: App, number: int) -> None:
    keys = [slot(at, n) for n in range(4)]
    ids = [key[0] if len(key) == 1 else key for key in keys]
    at.get_many_or_load(ids, awaited(shop, lambda asked: dict.fromkeys(asked, value(at, shop))))
    at.invalidate(*keys[number])


@story(*CACHES)
def refresh(at: Any, shop: App, number: int) -> None:
    at.refresh(*slot(at, number), awaited(shop, lambda *_: value(at, shop)))


@story(*CACHES)
def put(at: Any, shop: App, number: int) -> None:
    at.put(*slot(at, number), value(at, shop), version=random.choice((None, 1, 2)))


@story(*CACHES)
def invalidate(at: Any, shop: App, number: int) -> None:
    at.put(*slot(at, number), value(at, shop))
    at.invalidate(*slot(at, number), version=random.choice((None, 1, 2)))


@story("tagged")
def invalidate_tag(at: Any, shop: App, number: int) -> None:
    at.invalidate_tag("category", number + 6)
    at.invalidate_tag("shop", number)
    at.get_or_load(*slot(at, number), awaited(shop, lambda *_: value(at, shop)))


@story(*CACHES)
def write_through(at: Any, shop: App, number: int) -> None:
    at.put(*slot(at, number), value(at, shop))
    at.write_through(*slot(at, number), awaited(shop, lambda: None))


# --- rate limits --------------------------------------------------------------------------------


@story(*WINDOWS, "jobs")
def take(at: Any, shop: App, number: int) -> None:
    if at._name == "jobs":
        at.take(number)
    else:
        at.take(number, cost=2, request_id=random.choice((None, f"r{random.randrange(10**6)}")))


@story(*WINDOWS, "jobs")
def peek(at: Any, shop: App, number: int) -> None:
    at.peek(number)


@story(*WINDOWS)
def refund(at: Any, shop: App, number: int) -> None:
    at.take(number, cost=2)
    at.refund(number, cost=1)


@story(*WINDOWS, "jobs")
def reset(at: Any, shop: App, number: int) -> None:
    at.take(number)
    at.reset(number)


@story("jobs")
def extend(at: Any, shop: App, number: int) -> None:
    decision = at.take(number)
    if decision.allowed:
        at.extend(number, lease=decision.lease)


@story("jobs")
def release(at: Any, shop: App, number: int) -> None:
    decision = at.take(number)
    if decision.allowed:
        at.release(number, lease=decision.lease)


# --- sessions -----------------------------------------------------------------------------------


def opened(at: Any, number: int, **more: Any) -> Any:
    return at.create(*((number,) if at._name == "login" else ()), name="anna", **more)


@story(*SESSIONS)
def create(at: Any, shop: App, number: int) -> None:
    opened(at, number, replaces=opened(at, number))


@story("login")
def create_anonymous(at: Any, shop: App, number: int) -> None:
    opened(at, number, replaces=at.create_anonymous(name="somebody"))


@story(*SESSIONS)
def load(at: Any, shop: App, number: int) -> None:
    at.load(opened(at, number))


@story(*SESSIONS)
def update(at: Any, shop: App, number: int) -> None:
    at.update(opened(at, number), name="berta")


@story(*SESSIONS)
def rotate(at: Any, shop: App, number: int) -> None:
    at.rotate(opened(at, number))


@story(*SESSIONS)
def destroy(at: Any, shop: App, number: int) -> None:
    at.destroy(opened(at, number))


@story("login")
def destroy_one(at: Any, shop: App, number: int) -> None:
    opened(at, number)
    for one in at.sessions(number):
        at.destroy_one(number, one.handle)


@story("login")
def destroy_all(at: Any, shop: App, number: int) -> None:
    at.destroy_all(number, keep=opened(at, number))
    at.destroy_all(number)


@story("login")
def sessions(at: Any, shop: App, number: int) -> None:
    opened(at, number)
    at.sessions(number)


@story("login")
def count(at: Any, shop: App, number: int) -> None:
    assert at.count(number) <= 2


# --- idempotency --------------------------------------------------------------------------------


@story("payment")
def begin(at: Any, shop: App, number: int) -> None:
    """With all that may become of a run."""
    errors = runtime("idempotency_runs")
    with contextlib.suppress(errors.InFlight):
        begun = at.begin(UUID(int=random.randrange(10**9)), fingerprint="same")
        shop.value(begun.renew())
        shop.value(begun.complete("paid") if random.random() < 0.5 else begun.fail())


@story("payment")
def run(at: Any, shop: App, number: int) -> None:
    errors = runtime("idempotency_runs")
    with contextlib.suppress(errors.InFlight):
        at.run(UUID(int=random.randrange(number + 1)), awaited(shop, lambda: "paid"))


# --- locks --------------------------------------------------------------------------------------


def key(at: Any, number: int) -> tuple[int, ...]:
    return () if at._name == "exports" else (number,)


def kept(shop: App, lease: Any) -> None:
    """A lease that was taken, or not: held on to, and given back."""
    if lease is not None:
        with contextlib.suppress(runtime("leases").LockLost):
            shop.value(lease.extend())
        shop.value(lease.release())


def block(shop: App, held: Any) -> None:
    leases = runtime("leases")
    with contextlib.suppress(leases.LockBusy, leases.LockLost), inside(shop, held):
        pass


@story("checkout", "exports")
def acquire(at: Any, shop: App, number: int) -> None:
    kept(shop, at.acquire(*key(at, number), wait=0.05))


@story("checkout", "exports")
def hold(at: Any, shop: App, number: int) -> None:
    block(shop, at.hold(*key(at, number), wait=0.05))


@story("checkout")
def holder(at: Any, shop: App, number: int) -> None:
    at.holder(number)


@story("exports")
def holders(at: Any, shop: App, number: int) -> None:
    assert len(at.holders()) <= 2


@story("catalogue")
def acquire_read(at: Any, shop: App, number: int) -> None:
    kept(shop, at.acquire_read(number, wait=0.05))


@story("catalogue")
def acquire_write(at: Any, shop: App, number: int) -> None:
    kept(shop, at.acquire_write(number, wait=0.05))


@story("catalogue")
def read(at: Any, shop: App, number: int) -> None:
    block(shop, at.read(number, wait=0.05))


@story("catalogue")
def write(at: Any, shop: App, number: int) -> None:
    block(shop, at.write(number, wait=0.05))


@story("catalogue")
def readers(at: Any, shop: App, number: int) -> None:
    at.readers(number)


@story("catalogue")
def writer(at: Any, shop: App, number: int) -> None:
    at.writer(number)
