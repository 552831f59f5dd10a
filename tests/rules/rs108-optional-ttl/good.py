import redis

client = redis.Redis(socket_timeout=2)


def remember(name, value, ttl=3_600):
    client.set(f"memo:{name}", value, ex=ttl)


def asked(name, value, ttl):
    client.set(f"memo:{name}", value, ex=ttl)


def kept(name, value, ttl=None):
    client.set(f"memo:{name}", value, ex=ttl or 3_600)


def branches(name, value, ttl=None):
    if ttl is not None:
        client.set(f"branch:{name}", value, ex=ttl)
    else:
        client.set(f"branch:{name}", value, ex=3_600)


def falls_back(name, value, ttl=None):
    client.set(f"back:{name}", value, ex=ttl or 3_600)


def chooses(name, value, ttl=None):
    client.set(f"chosen:{name}", value, ex=ttl * 60 if ttl else 3_600)


class Store:
    def __init__(self, *, ttl=3_600):
        self.ttl = ttl

    def put(self, name, value, ttl=None):
        client.set(f"stored:{name}", value, ex=ttl or self.ttl)
