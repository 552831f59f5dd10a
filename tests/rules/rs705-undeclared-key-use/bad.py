import redis


class Carts:
    def __init__(self, client: redis.Redis, prefix: str = "shop"):
        self.client = client
        self.prefix = prefix

    def empty(self, user_id):
        self.client.delete("shop:cart:{%d}" % user_id)

    def put(self, user_id, sku):
        key = f"{self.prefix}:cart:{{{user_id}}}"
        with self.client.pipeline() as pipe:
            pipe.hset(key, "sku", sku)
            pipe.expire(key, 30 * 86_400)
            pipe.execute()

    def seen(self, user_id, day):
        return self.client.lrange(f"shop:views:{user_id}:{day}", 0, 9)

    def drop_page(self, path):
        self.client.unlink(f"shop:page:{path}")

    def score(self, user_id):
        return self.client.get(f"shop:score:{user_id}")

    def session(self, token):
        return self.client.get(f"sessions:{token}")
