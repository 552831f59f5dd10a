import redis

client = redis.Redis(socket_timeout=2)


import time
from datetime import date


def seen(day, user):
    client.sadd(f"visitors:{day}", user)


def counted():
    client.incr("hits:" + date.today().isoformat())


def window(user):
    client.incr(f"calls:{user}:{int(time.time()) // 60}")
