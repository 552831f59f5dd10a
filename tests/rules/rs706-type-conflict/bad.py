import redis


class Store:
    def __init__(self, client: redis.Redis):
        self.client = client

    def rename(self, user_id, name):
        self.client.hset(f"user:{user_id}", "name", name)

    def visit(self, user_id):
        return self.client.incr(f"user:{user_id}")

    def declared(self, user_id, value):
        self.client.set(f"shop:cart:{{{user_id}}}", value, ex=60)

    def read(self, user_id, day):
        return self.client.smembers(f"shop:views:{user_id}:{day}")

    async def seen(self, name):
        return self.client.get("last:" + name)

    def see(self, name, when):
        self.client.zadd("last:" + name, {"seen": when})

    def letters(self, campaign):
        return self.client.get(f"shop:mailed:{{{campaign}}}")

    def forget(self, campaign):
        self.client.set(f"shop:mailed:{{{campaign}}}", "", ex=60)

    def mailed(self, campaign, user_id):
        return self.client.sismember(f"shop:mailed:{{{campaign}}}", user_id)
