import functools

import redis


@functools.cache
def client():
    return redis.Redis(socket_timeout=2)


def made(host):
    return redis.Redis(host=host, socket_timeout=2)


class Store:
    def __init__(self):
        self.redis = redis.Redis(socket_timeout=2)

    def visits(self, page):
        return self.redis.incr(f"visits:{page}")


def main():
    connection = redis.Redis(socket_timeout=2)
    connection.ping()
