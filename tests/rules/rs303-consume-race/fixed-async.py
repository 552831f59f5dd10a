import redis.asyncio as redis

client = redis.Redis(socket_timeout=2)


async def redeem(token):
    user = await client.getdel(f"invite:{token}")
    return user
