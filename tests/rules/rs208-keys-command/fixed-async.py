import redis.asyncio as redis

client = redis.Redis(socket_timeout=2)


async def carts():
    return [key async for key in client.scan_iter("cart:*")]
