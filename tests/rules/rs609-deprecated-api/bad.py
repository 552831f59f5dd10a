import redis

client = redis.Redis(socket_timeout=2)


def remember(user, token):
    client.setex(f"token:{user}", 3_600, token)
    client.psetex(f"token:{user}", 3_600, token)


def first(user, token):
    return client.setnx(f"first:{user}", token)


def swapped(user, token):
    return client.getset(f"token:{user}", token)


def stored(user, fields):
    client.hmset(f"user:{user}", fields)


def moved():
    return client.rpoplpush("jobs", "running")


def by_name(user, token):
    client.setex(name=f"token:{user}", value=token, time=60)
