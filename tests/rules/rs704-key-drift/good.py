import redis


class Users:
    def __init__(self, client: redis.Redis):
        self.client = client

    def remember(self, user, name):
        self.client.set(f"user:{user}:name", name, ex=3_600)
        self.client.sadd("users:all:name", name)

    def name_of(self, user):
        return self.client.get(f"user:{user}:name")

    def two_of_a_kind(self, user):
        # Both are written and read.
        self.client.set(f"item:{user}", 1, ex=60)
        self.client.set(f"items:{user}", 1, ex=60)
        return self.client.get(f"item:{user}"), self.client.get(f"items:{user}")

    def of_another_program(self, user):
        # Nothing like it is written here.
        return self.client.get(f"balance:{user}")

    def versions(self, user):
        self.client.set(f"state:v2:{user}", 1, ex=60)
        return self.client.get(f"state:v1:{user}")

    def cart(self, user):
        return self.client.hgetall(f"shop:cart:{{{user}}}")
