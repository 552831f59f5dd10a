import redis.asyncio as redis

client = redis.Redis(socket_timeout=2)


async def flush(user):
    async with client.pipeline(transaction=True) as pipe:
        pipe.hgetall(f"totals:{user}")
        pipe.delete(f"totals:{user}")
        events, _ = await pipe.execute()
    return events
