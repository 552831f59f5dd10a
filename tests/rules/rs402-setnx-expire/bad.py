import redis

client = redis.Redis(socket_timeout=2)


def acquire(name, token):
    if client.setnx(f"lock:{name}", token):
        client.expire(f"lock:{name}", 30)
        return True
    return False


def acquire_with_set(name, token):
    taken = client.set(f"lock:{name}", token, nx=True)
    if not taken:
        return False
    client.pexpire(f"lock:{name}", 30_000)
    return True
