import redis

client = redis.Redis(socket_timeout=2)


def remember(user, sku):
    client.hset(f"cart:{user}", "sku", sku)


class Store:
    def __init__(self, redis_client):
        self.redis_client = redis_client

    def put(self, name, value):
        self.redis_client.set("store:" + name, value)
