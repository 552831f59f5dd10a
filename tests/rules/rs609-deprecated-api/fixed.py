import redis

client = redis.Redis(socket_timeout=2)


def remember(user, token):
    client.set(f"token:{user}", token, ex=3_600)
    client.set(f"token:{user}", token, px=3_600)


def first(user, token):
    return client.set(f"first:{user}", token, nx=True)


def swapped(user, token):
    return client.set(f"token:{user}", token, get=True)


def stored(user, fields):
    client.hset(f"user:{user}", mapping=fields)


def moved():
    return client.lmove("jobs", "running", "RIGHT", "LEFT")


def by_name(user, token):
    client.setex(name=f"token:{user}", value=token, time=60)
