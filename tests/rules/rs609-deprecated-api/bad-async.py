import redis.asyncio as redis

client = redis.Redis(socket_timeout=2)


async def remember(user, token):
    await client.setex(f"token:{user}", 3_600, token)
