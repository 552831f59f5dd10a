import redis

client = redis.Redis(socket_timeout=2)


def log_in(session):
    client.set(f"hits:{session}", 0, ex=3_600)


def touch(session):
    if client.exists(f"hits:{session}"):
        client.incr(f"hits:{session}")


def touch_early(session):
    if client.get(f"hits:{session}") is None:
        return None
    return client.incr(f"hits:{session}")


def begin(user, first):
    client.rpush(f"seen:{user}", first)
    client.expire(f"seen:{user}", 3_600)


def seen(user, item):
    if client.exists(f"seen:{user}"):
        client.rpushx(f"seen:{user}", item)


class Store:
    def put(self, key, value, seconds):
        client.set(key, value, ex=seconds)

    def count(self, key):
        if not client.exists(key):
            raise KeyError(key)
        return client.incr(key)
