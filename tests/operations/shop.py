"""The package of shop.spec.yaml, what its data must add up to, and processes that call it."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from redisspec.codegen import generate
from tests.generated.compiled import program_of
from tests.operations.packages import folder, imported

STOCK = 1_000_000
ACCOUNTS = 5
BALANCE = 1_000_000

_CALLER = Path(__file__).with_name("caller.py")


@cache
def package() -> Any:
    return imported(generate(program_of(Path(__file__).with_name("shop.spec.yaml"))))


def opened(app: Any, shop: int = 1) -> None:
    """Stock and money to begin with."""
    app.stock.set(shop, "tea", STOCK)
    for account in range(ACCOUNTS):
        app.balance.set(shop, account, BALANCE)


def orders(app: Any, shop: int = 1) -> int:
    """How many orders there are; AssertionError where the figures do not add up."""
    wrong = torn(app, shop)
    assert not wrong, wrong
    return int(app.order_events.length(shop))


def torn(app: Any, shop: int = 1) -> dict[str, Any]:
    """The figures, where they do not add up: a call was done in part, or twice."""
    events = [entry for _, entry in app.order_events.latest(shop, 100_000)]
    ids = [entry.order_id for entry in events]
    with app.batch() as batch:
        there = [batch.order.exists(shop, each) for each in ids]
    stored = sum(one.value for one in there)
    found = {
        "stock": STOCK - app.stock.get(shop, "tea"),
        "sold": app.sold.get(shop),
        "events": sum(entry.quantity for entry in events),
    }
    sizes = {"orders": stored, "entries": len(ids), "different": len(set(ids))}
    money = sum(app.balance.get(shop, account) for account in range(ACCOUNTS))
    whole = len({*found.values()}) == 1 and len({*sizes.values()}) == 1
    return {} if whole and money == ACCOUNTS * BALANCE else {**found, **sizes, "money": money}


def caller(url: str, namespace: str, mode: str, count: int, number: int) -> subprocess.Popen[str]:
    """A process that calls; see caller.py for its modes."""
    arguments = (folder(), package().__name__, url, namespace, mode, count, number)
    return subprocess.Popen(
        [sys.executable, str(_CALLER), *map(str, arguments)], stdout=subprocess.PIPE, text=True
    )
