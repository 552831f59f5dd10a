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
