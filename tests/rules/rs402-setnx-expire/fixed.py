import redis

client = redis.Redis(socket_timeout=2)


def acquire(name, token):
    if client.set(f"lock:{name}", token, nx=True, ex=30):
        return True
    return False


def acquire_with_set(name, token):
    taken = client.set(f"lock:{name}", token, nx=True, px=30_000)
    if not taken:
        return False
    return True
