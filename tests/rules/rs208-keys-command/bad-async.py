import redis.asyncio as redis

client = redis.Redis(socket_timeout=2)


async def carts():
    return await client.keys("cart:*")
