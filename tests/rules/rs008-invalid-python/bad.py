import redis

client = redis.Redis(socket_timeout=2)


def visits(page):
    return client.incr(f"visits:{page}"
