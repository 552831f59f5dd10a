import redis

client = redis.Redis(socket_timeout=2)


from redis.lock import Lock


def work(name):
    with client.lock(f"lock:{name}"):
        return client.incr(f"runs:{name}")


def by_hand(name, token):
    return client.setnx(f"lock:{name}", token)


def built(name):
    return Lock(client, name)


def by_set(name, token):
    return client.set(f"lock:{name}", token, nx=True)


def said(name):
    return client.lock(f"lock:{name}", timeout=None)


def take_for_ever(name, token):
    return client.setnx(f"lock:{name}", token)


def take_for_a_time(name, token):
    return client.set(f"lock:{name}", token, nx=True, ex=10)
