import redis.asyncio as redis

client = redis.Redis(socket_timeout=2)


async def remember(user, token):
    await client.set(f"token:{user}", token)
    await client.expire(f"token:{user}", 3_600)


async def add(user, item):
    pipe = client.pipeline()
    pipe.sadd(f"items:{user}", item)
    await pipe.execute()
    await client.expire(f"items:{user}", 60)
