import time

import redis


class Sums:
    def __init__(self, client: redis.Redis):
        self.client = client

    def add(self, name, amount):
        return self.client.eval(f"return redis.call('INCRBY', KEYS[1], {amount})", 1, name)

    def percent(self, name, amount):
        return self.client.eval("return redis.call('INCRBY', KEYS[1], %d)" % amount, 1, name)

    def registered(self, limit):
        return self.client.register_script(
            "return redis.call('LTRIM', KEYS[1], 0, {})".format(limit)
        )

    def loaded(self, name):
        return self.client.script_load("return redis.call('GET', '" + name + "')")

    def stamped(self, name):
        return self.client.eval(f"return redis.call('SET', KEYS[1], {time.time()})", 1, name)


async def awaited(client: "redis.asyncio.Redis", field):
    await client.eval(f"return redis.call('HGET', KEYS[1], '{field}')", 1, "h")
