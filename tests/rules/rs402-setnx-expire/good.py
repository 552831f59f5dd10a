import redis

client = redis.Redis(socket_timeout=2)


def acquire(name, token):
    return client.set(f"lock:{name}", token, nx=True, ex=30)


def in_one_step(name, token):
    with client.pipeline() as pipe:
        pipe.setnx(f"lock:{name}", token)
        pipe.expire(f"lock:{name}", 30, nx=True)
        return pipe.execute()[0]
