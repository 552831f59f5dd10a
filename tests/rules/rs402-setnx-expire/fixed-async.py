import redis.asyncio as redis

client = redis.Redis(socket_timeout=2)


async def acquire(name, token):
    if await client.set(f"lock:{name}", token, nx=True, ex=30):
        return True
    return False
