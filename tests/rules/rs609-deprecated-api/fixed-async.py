import redis.asyncio as redis

client = redis.Redis(socket_timeout=2)


async def remember(user, token):
    await client.set(f"token:{user}", token, ex=3_600)
