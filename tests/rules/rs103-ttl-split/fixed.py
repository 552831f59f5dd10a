import socket
import time

import redis

client = redis.Redis(socket_timeout=2)


def remember(user, token):
    client.set(f"token:{user}", token, ex=3_600)


def remember_until(user, token, when):
    client.set(f"until:{user}", token, nx=False, pxat=when)
    return token


def visit(user, pages):
    for page in pages:
        client.lpush(f"visits:{user}", page)
    client.expire(f"visits:{user}", 3_600)


def count(user):
    hits = client.incr(f"hits:{user}")
    if hits == 1:
        client.expire(f"hits:{user}", 60)
    return hits


class Store:
    def __init__(self, ttl):
        self.redis = redis.Redis(socket_timeout=2)
        self.ttl = ttl

    def _key(self, name):
        return f"store:{name}"

    def put(self, name, value):
        self.redis.hset(self._key(name), "value", value)
        if self.ttl:
            self.redis.expire(self._key(name), self.ttl)


def prefixed(values):
    return {f"shop:{name}": value for name, value in values.items()}


def put_many(values, seconds):
    client.mset(prefixed(values))
    for name in values:
        client.expire(f"shop:{name}", seconds)


def alive(seconds):
    client.set(f"alive:{socket.gethostname()}", time.time(), ex=seconds)


def replaced(user, token, only_known, seconds):
    client.set(f"replaced:{user}", token, xx=only_known, ex=seconds)


def kept(user, token):
    client.set(f"kept:{user}", token, keepttl=True)
    client.expire(f"kept:{user}", 3_600)
