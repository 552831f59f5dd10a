import redis.asyncio as redis

client = redis.Redis(socket_timeout=2)


async def loaded(user):
    if (value := await client.get(f"profile:{user}")) is not None:
        return (value).decode()
    return None
