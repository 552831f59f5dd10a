import redis.asyncio as redis

client = redis.Redis(socket_timeout=2)


async def prolong(user, seconds):
    left = await client.ttl(f"pass:{user}")
    await client.set(f"pass:{user}", "1", ex=left + seconds)
