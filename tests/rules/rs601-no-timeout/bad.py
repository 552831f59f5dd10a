import redis
from redis import ConnectionPool
from redis import asyncio as aioredis

client = redis.Redis(host="cache.internal")
by_url = redis.from_url("redis://cache.internal/0", decode_responses=True)
pool = ConnectionPool.from_url("redis://cache.internal/0")
awaited = aioredis.Redis()
