"""A process of its own that calls the shop's operations, or does the same step by step: to be killed, or to compete."""

import contextlib
import importlib
import json
import sys
from typing import Any
from uuid import UUID

STOCK = 100_000_000


def main(folder: str, name: str, url: str, namespace: str, mode: str, count: str, at: str) -> None:
    sys.path.insert(0, folder)
    package = importlib.import_module(name)
    app = package.Shop.from_url(url, namespace=namespace)
    first = int(at) * STOCK
    done = refused = 0
    print("ready", flush=True)
    for number in range(first, first + int(count)):
        try:
            MODES[mode](app, number)
            done += 1
        except (package.OutOfStock, package.NotEnough):
            refused += 1
    with contextlib.suppress(BrokenPipeError):
        print(json.dumps([done, refused]), flush=True)


def operation(app: Any, number: int) -> None:
    app.place_order(1, "tea", UUID(int=number), 1 + number % 3)
    app.transfer(1, number % 5, (number + 1) % 5, 1)


def steps(app: Any, number: int) -> None:
    """The same by the accessors: each is atomic, all of them are not."""
    quantity = 1 + number % 3
    app.stock.decrement(1, "tea", by=quantity)
    app.sold.increment(1, by=quantity)
    app.order_events.append(1, order_id=UUID(int=number), quantity=quantity)
    app.balance.decrement(1, number % 5, by=1)
    app.balance.increment(1, (number + 1) % 5, by=1)


def one_each(app: Any, number: int) -> None:
    app.place_order(1, "tea", UUID(int=number), 1)


def look_first(app: Any, number: int) -> None:
    """Reads, decides, writes, as code without a script does."""
    left = app.stock.get(1, "tea")
    if left < 1:
        app.place_order(1, "tea", UUID(int=number), 1)
    app.stock.set(1, "tea", left - 1)
    app.sold.increment(1)


MODES = {
    "operation": operation,
    "steps": steps,
    "one each": one_each,
    "look first": look_first,
}

if __name__ == "__main__":
    main(*sys.argv[1:])
