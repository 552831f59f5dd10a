import redis

client = redis.Redis(socket_timeout=2)


def raise_to(key, value):
    with client.pipeline() as pipe:
        pipe.watch(key)
        client.incr("tries")
        pipe.multi()
        pipe.set(key, value, ex=3_600)
        pipe.execute()
    client.incr(key)
