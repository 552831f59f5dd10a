import redis

client = redis.Redis(socket_timeout=2, retry_on_timeout=True)


def page(name):
    return client.get(f"page:{name}")
