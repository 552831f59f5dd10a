import redis

client = redis.Redis(socket_timeout=2)


def remember(name, value, ttl=None):
    client.set(f"memo:{name}", value, ex=ttl)
