import redis
from redis import ConnectionPool

OPTIONS = {"socket_timeout": 5}

client = redis.Redis(host="cache.internal", socket_timeout=5)
by_url = redis.from_url("redis://cache.internal/0?socket_timeout=5")
pool = ConnectionPool.from_url("redis://cache.internal/0", socket_timeout=5)
pooled = redis.Redis(connection_pool=pool)
spread = redis.Redis(**OPTIONS)


def opened(**options):
    return redis.Redis(**options)


class Target:
    def __init__(self, host, socket_timeout=5):
        self.client = redis.Redis(host, socket_timeout=socket_timeout)
