import redis.asyncio as redis

client = redis.Redis(socket_timeout=2)


async def release(name, token):
    await client.eval("if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0", 1, f"lock:{name}", token)
