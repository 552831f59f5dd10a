import redis

client = redis.Redis(socket_timeout=2)


def log_in(session, user):
    with client.pipeline() as pipe:
        pipe.set(f"session:{session}", user, ex=3_600)
        pipe.sadd("sessions", session)
        pipe.execute()


def configured(session, user, settings):
    client.set(f"{settings.PREFIX}:{session}", user, ex=3_600)
    client.sadd("configured", session)
