import redis.asyncio as redis

client = redis.Redis(socket_timeout=2)


async def release(name, token):
    if await client.get(f"lock:{name}") == token:
        await client.delete(f"lock:{name}")
