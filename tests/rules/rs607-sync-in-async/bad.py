import redis
import redis.asyncio

client = redis.Redis(socket_timeout=2)
awaited = redis.asyncio.Redis(socket_timeout=2)


async def visit(page):
    client.incr(f"visits:{page}")
    awaited.incr(f"visits:{page}:all")


def forgotten(page):
    awaited.incr(f"visits:{page}:all")
