import redis

client = redis.Redis(socket_timeout=2)


def raise_to(key, value):
    with client.pipeline() as pipe:
        pipe.watch(key)
        if int(pipe.get(key) or 0) < value:
            pipe.multi()
            pipe.set(key, value, ex=3_600)
            pipe.execute()


def unwatched(key, value):
    with client.pipeline() as pipe:
        pipe.set(key, value, ex=3_600)
        pipe.execute()
