import redis.asyncio as redis

client = redis.Redis(socket_timeout=2)


async def forget(tenant):
    async for key in client.scan_iter(f"cache:{tenant}:*"):
        await client.unlink(key)
