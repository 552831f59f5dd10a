import uuid

import redis


class Store:
    def __init__(self, client: redis.Redis, other: redis.Redis):
        self.client = client
        self.other = other

    def count(self, user_id):
        self.client.set(f"count:{user_id}", 0, ex=60)
        self.client.setbit(f"count:{user_id}", 3, 1)
        return self.client.incr(f"count:{user_id}")

    def migrate(self, user_id):
        old = self.client.get(f"profile:{user_id}")
        self.client.delete(f"profile:{user_id}")
        self.client.hset(f"profile:{user_id}", "name", old)

    def on_two_servers(self, name):
        self.client.hset(f"thing:{name}", "a", 1)
        self.other.set(f"thing:{name}", 1, ex=60)

    def anything(self, kind, name):
        self.client.hset(f"{kind}:{name}", "a", 1)
        self.client.set(f"{kind}:{name}", 1, ex=60)

    def carts(self, user_id):
        self.client.expire(f"shop:cart:{{{user_id}}}", 60)
        return self.client.hgetall(f"shop:cart:{{{user_id}}}")

    def bits(self, campaign):
        return self.client.bitcount(f"shop:mailed:{{{campaign}}}")

    def members(self, words):
        found = f"found:{uuid.uuid4()}"
        self.client.sinterstore(found, [f"word:{word}" for word in words])
        return self.client.smembers(found)

    def ranked(self, words):
        found = f"found:{uuid.uuid4()}"
        self.client.zinterstore(found, [f"rank:{word}" for word in words])
        return self.client.zrange(found, 0, 9)
