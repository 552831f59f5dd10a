"""What a call of the shop's package costs beside the same operation in hand-written redis-py, on one connection each."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date

from timing import ROOT

sys.path.insert(0, str(ROOT / "examples" / "shop"))

import redis
from embedded import server
from shop_redis import Product, Shop

ROUNDS = 100
CALLS = 50

Pair = tuple[Callable[[], object], Callable[[], object]]


def main() -> None:
    """Print microseconds a call of each, and their ratio; the direct lane has no bar."""
    with server() as url:
        shop = Shop.from_url(url)
        # redis-py's own defaults repeat calls; the package's client does not, and neither does this one.
        plain = redis.Redis.from_url(url, retry=None)
        pairs = _pairs(shop, plain)
        taken = {name: ([], []) for name in pairs}
        for _ in range(ROUNDS):
            for name, both in pairs.items():
                for operation, seconds in zip(both, taken[name], strict=True):
                    seconds.append(_timed(operation))
        print(f"  {'operation':<26}{'redis-py':>12}{'shop_redis':>12}{'ratio':>9}")
        for name, (by_hand, ours) in taken.items():
            left, right = (statistics.median(each) * 1e6 for each in (by_hand, ours))
            print(f"  {name:<26}{left:>9.1f} µs{right:>9.1f} µs{right / left:>8.2f}x")
        shop.close()
        plain.close()


def _timed(operation: Callable[[], object]) -> float:
    started = time.perf_counter()
    for _ in range(CALLS):
        operation()
    return (time.perf_counter() - started) / CALLS


def _pairs(shop: Shop, plain: redis.Redis) -> dict[str, Pair]:
    """The operation by hand, then the same through the package; both do the same work on the server."""
    product = Product(
        sku="a", title="Tea", subtitle=None, price_cents=450, category_id=3, tags=["x"]
    )
    shop.product_page.set(1, product)
    many = list(range(1, 101))
    for each in many:
        shop.product_page.set(each, product)
    day = date(2026, 11, 22)
    push = plain.register_script(
        "local n = redis.call('LPUSH', KEYS[1], ARGV[1]) redis.call('LTRIM', KEYS[1], 0, 49) "
        "redis.call('PEXPIRE', KEYS[1], ARGV[2]) return n"
    )
    shop.stock.set(1, "tea", 10**9)
    names = ["sku", "title", "subtitle", "price_cents", "category_id", "tags"]

    def load(raw: bytes | None) -> Product | None:
        return None if raw is None else Product(**json.loads(raw))

    def store() -> object:
        text = json.dumps({name: getattr(product, name) for name in names})
        return plain.set("shop:product:1", text, px=3_600_000)

    def get_many() -> object:
        return [load(raw) for raw in plain.mget([f"shop:product:{each}" for each in many])]

    def top() -> object:
        found = plain.zrevrange("shop:sales:2026-W47", 0, 9, withscores=True)
        return [(int(member), score) for member, score in found]

    for item in range(20):
        shop.weekly_sales.add(day, item, item)
    return {
        "get a JSON record": (
            lambda: load(plain.get("shop:product:1")),
            lambda: shop.product_page.get(1),
        ),
        "set a JSON record": (store, lambda: shop.product_page.set(1, product)),
        "get 100 JSON records": (get_many, lambda: shop.product_page.get_many(many)),
        "read a counter": (
            lambda: int(plain.get("shop:stock:{1}:tea") or 0),
            lambda: shop.stock.get(1, "tea"),
        ),
        "push, trim and expire": (
            lambda: push(keys=["shop:views:{1}"], args=[7, 604_800_000]),
            lambda: shop.recent_views.push(1, 7),
        ),
        "top 10 of a sorted set": (top, lambda: shop.weekly_sales.top(day, 10)),
        "exists": (
            lambda: bool(plain.exists("shop:product:1")),
            lambda: shop.product_page.exists(1),
        ),
    }


if __name__ == "__main__":
    main()
