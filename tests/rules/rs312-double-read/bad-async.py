import redis.asyncio as redis

client = redis.Redis(socket_timeout=2)


async def loaded(user):
    if await client.exists(f"profile:{user}"):
        return (await client.get(f"profile:{user}")).decode()
    return None
