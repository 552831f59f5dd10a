import redis
from redis import ConnectionPool
from redis import asyncio as aioredis

client = redis.Redis(host="cache.internal", socket_timeout=5)
by_url = redis.from_url("redis://cache.internal/0", decode_responses=True, socket_timeout=5)
pool = ConnectionPool.from_url("redis://cache.internal/0", socket_timeout=5)
awaited = aioredis.Redis(socket_timeout=5)
