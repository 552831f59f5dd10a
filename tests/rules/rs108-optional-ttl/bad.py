import redis

client = redis.Redis(socket_timeout=2)


def remember(name, value, ttl=None):
    client.set(f"memo:{name}", value, ex=ttl)


def branches(name, value, ttl=None):
    if ttl is not None:
        client.set(f"branch:{name}", value, ex=ttl)
    else:
        client.set(f"branch:{name}", value)


def falls_back(name, value, ttl=None):
    client.set(f"back:{name}", value, ex=ttl or None)


def chooses(name, value, ttl=None):
    client.set(f"chosen:{name}", value, ex=ttl * 60 if ttl else None)


def together(name, value, ttl=None):
    with client.pipeline() as pipe:
        pipe.hset(f"record:{name}", "value", value)
        if ttl:
            pipe.expire(f"record:{name}", ttl)
        pipe.execute()


class Store:
    def __init__(self, *, ttl=None):
        self.ttl = ttl

    def put(self, name, value):
        client.set(f"stored:{name}", value, ex=self.ttl)
