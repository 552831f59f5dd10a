import redis

client = redis.Redis(socket_timeout=2)


def failed(user):
    with client.pipeline() as pipe:
        pipe.incr(f"failed:{user}")
        pipe.expire(f"failed:{user}", 3_600)
        return pipe.execute()[0]
