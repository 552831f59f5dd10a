import redis.asyncio as redis

client = redis.Redis(socket_timeout=2)


async def done(job):
    await client.zrem("running", job)
    await client.sadd("finished", job)
