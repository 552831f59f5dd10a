import redis

cache = redis.Redis(db=0, socket_timeout=2)
same = redis.from_url("redis://cache.internal/0", socket_timeout=2)


def opened(number):
    return redis.Redis(db=number, socket_timeout=2)
