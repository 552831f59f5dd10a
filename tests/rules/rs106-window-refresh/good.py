import redis

client = redis.Redis(socket_timeout=2)


import time


def failed(user):
    with client.pipeline() as pipe:
        pipe.incr(f"failed:{user}")
        pipe.expire(f"failed:{user}", 3_600, nx=True)
        return pipe.execute()[0]


def bucketed(user):
    window = int(time.time()) // 60
    with client.pipeline() as pipe:
        pipe.incr(f"calls:{user}:{window}")
        pipe.expire(f"calls:{user}:{window}", 120)
        return pipe.execute()[0]


def recent(user, page):
    with client.pipeline() as pipe:
        pipe.lpush(f"pages:{user}", page)
        pipe.expire(f"pages:{user}", 3_600)
        pipe.execute()
