import redis

client = redis.Redis(socket_timeout=2)


def acquire_lock(name, token):
    return client.set(f"work:{name}", token, nx=True, ex=30)


def release_lock(name):
    client.delete(f"work:{name}")
