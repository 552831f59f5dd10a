import redis


class Users:
    def __init__(self, client: redis.Redis):
        self.client = client

    def remember(self, user, name):
        self.client.set(f"user:{user}:name", name, ex=3_600)

    def name_of(self, user):
        return self.client.get(f"users:{user}:name")

    def cache(self, page, text):
        self.client.set("page:" + page, text, ex=60)
        return self.client.get("page:" + page)

    def forget(self, page):
        self.client.delete("page/" + page)

    def cart(self, user):
        return self.client.hgetall(f"shop:cart:{user}")

    def carts(self, user):
        return self.client.hgetall(f"shop:carts:{{{user}}}")
