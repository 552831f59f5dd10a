import redis

client = redis.Redis(socket_timeout=2)


def log_in(session, user):
    client.set(f"session:{session}", user, ex=3_600)
    client.sadd("sessions", session)


def log_out(session):
    client.delete(f"session:{session}")
    client.srem("sessions", session)


def counted(session, user, day):
    client.set(f"day:{session}", user, ex=3_600)
    client.sadd(f"users:{day}", user)


def tag(session, user, name):
    client.set(f"session:{session}", user, ex=3_600)
    for kind in ("tags", "labels"):
        client.zadd(f"{kind}:{name}", {f"session:{session}": 1})


def tagged(kind, name, now):
    client.zremrangebyscore(f"{kind}:{name}", 0, now)
    return client.zrange(f"{kind}:{name}", 0, 100)
