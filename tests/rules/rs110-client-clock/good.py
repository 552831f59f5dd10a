import redis

client = redis.Redis(socket_timeout=2)


import time


def remember(user, token):
    client.set(f"token:{user}", token, ex=3_600)


def until(user, token, when):
    client.set(f"token:{user}", token, exat=when)


def prune(user):
    client.zremrangebyscore(f"events:{user}", 0, time.time() - 86_400)
