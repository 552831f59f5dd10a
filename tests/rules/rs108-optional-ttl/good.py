import redis

client = redis.Redis(socket_timeout=2)


def remember(name, value, ttl=3_600):
    client.set(f"memo:{name}", value, ex=ttl)


def asked(name, value, ttl):
    client.set(f"memo:{name}", value, ex=ttl)


def kept(name, value, ttl=None):
    client.set(f"memo:{name}", value, ex=ttl or 3_600)
