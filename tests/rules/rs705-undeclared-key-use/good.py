"""Keys of which nobody knows whose they are, and the package's own use."""

import redis
from shop_redis import Shop


def empty(shop: Shop, user_id):
    shop.cart.delete(user_id)


def read(client: redis.Redis, key, kind, rest):
    client.get(key)
    client.get(f"{kind}:{rest}")
    client.get(f"shop:{rest}")
    client.get(f"shop:views:{rest}")
    client.ping()
