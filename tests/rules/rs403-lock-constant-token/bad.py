import redis

client = redis.Redis(socket_timeout=2)


import time


def acquire(name):
    return client.set(f"lock:{name}", "1", nx=True, ex=30)


def acquire_lock(name):
    return client.set(name, time.time(), nx=True, ex=30)
