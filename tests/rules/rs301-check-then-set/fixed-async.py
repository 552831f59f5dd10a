import redis.asyncio as redis

client = redis.Redis(socket_timeout=2)


async def claim(name, user):
    await client.set(f"name:{name}", user, ex=86_400, nx=True)
