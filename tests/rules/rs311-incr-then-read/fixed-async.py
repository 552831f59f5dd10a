import redis.asyncio as redis

client = redis.Redis(socket_timeout=2)


async def next_id():
    return int(await client.incr("order:id"))
