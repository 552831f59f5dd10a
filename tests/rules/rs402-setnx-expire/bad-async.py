import redis.asyncio as redis

client = redis.Redis(socket_timeout=2)


async def acquire(name, token):
    if await client.setnx(f"lock:{name}", token):
        await client.expire(f"lock:{name}", 30)
        return True
    return False
