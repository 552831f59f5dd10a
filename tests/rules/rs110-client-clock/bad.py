import redis

client = redis.Redis(socket_timeout=2)


import time


def remember(user, token):
    client.set(f"token:{user}", token, exat=int(time.time()) + 3_600)


def allowed(user, request):
    now = time.time()
    with client.pipeline() as pipe:
        pipe.zremrangebyscore(f"calls:{user}", 0, now - 60)
        pipe.zadd(f"calls:{user}", {request: now})
        pipe.zcard(f"calls:{user}")
        pipe.expire(f"calls:{user}", 60)
        return pipe.execute()[2] <= 100
