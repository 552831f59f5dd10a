import redis
from redis import ConnectionPool
from redis import asyncio as aioredis

client = redis.Redis(host="cache.internal")
by_url = redis.from_url("redis://cache.internal/0", decode_responses=True)
pool = ConnectionPool.from_url("redis://cache.internal/0")
awaited = aioredis.Redis()
never = redis.Redis(socket_timeout=None)


class Target:
    def __init__(self, host, socket_timeout=None):
        self.socket_timeout = socket_timeout
        self.client = redis.Redis(host, socket_timeout=self.socket_timeout)


class Stored:
    def __init__(self, settings):
        self.settings = {"host": settings.host, "socket_timeout": settings.timeout}
        self.client = redis.Redis(host=self.settings["host"])
