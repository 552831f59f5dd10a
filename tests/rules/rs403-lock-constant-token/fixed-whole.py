"""One function takes the lock and releases it."""

import secrets
import redis
import redis.asyncio

client = redis.Redis(socket_timeout=2)


def work(name, job):
    lock_key = f"lock:{name}"
    token = secrets.token_hex(16)
    if not client.set(lock_key, token, nx=True, ex=30):
        return None
    try:
        return job()
    finally:
        client.eval("if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0", 1, lock_key, token)


class Jobs:
    def __init__(self, client: redis.asyncio.Redis):
        self.client = client

    async def run(self, name, job):
        if await self.client.set(name=f"lock:{name}", value=1, nx=True, ex=30):
            await job()
            await self.client.delete(f"lock:{name}")


def apart(name):
    return client.set(f"apart:lock:{name}", 1, nx=True, ex=30)


def release_apart(name):
    client.delete(f"apart:lock:{name}")
