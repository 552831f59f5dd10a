import asyncio
import threading

import redis
import redis.asyncio

client = redis.Redis(socket_timeout=2)
lock = threading.Lock()


def cached(name, load):
    with lock:
        found = client.get(f"page:{name}")
        if found is None:
            found = load(name)
            client.set(f"page:{name}", found, ex=60)
    return found


class Cache:
    def __init__(self, client: redis.asyncio.Redis):
        self.client = client
        self.lock = asyncio.Lock()

    async def get(self, name, load):
        async with self.lock:
            found = await self.client.get(f"page:{name}")
            if not found:
                found = await load(name)
                await self.client.set(f"page:{name}", found, ex=60)
        return found
