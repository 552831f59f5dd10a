import redis.asyncio as redis

client = redis.Redis(socket_timeout=2)


async def flush(user):
    events = await client.hgetall(f"totals:{user}")
    await client.delete(f"totals:{user}")
    return events
