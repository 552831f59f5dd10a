import redis

client = redis.Redis(socket_timeout=2)


def allowed(user, minute):
    with client.pipeline() as pipe:
        pipe.incr(f"calls:{user}:{minute}")
        pipe.expire(f"calls:{user}:{minute}", 120)
        count, _ = pipe.execute()
    return count <= 100


def told(user):
    return int(client.get(f"calls:{user}") or 0) >= 100


def trimmed(job):
    with client.pipeline() as pipe:
        pipe.rpush("jobs", job)
        pipe.ltrim("jobs", -1_000, -1)
        pipe.execute()


def watched(user):
    with client.pipeline() as pipe:
        pipe.watch(f"open:{user}")
        if client.zcard(f"open:{user}") < 10:
            pipe.multi()
            pipe.zadd(f"open:{user}", {user: 1})
            pipe.expire(f"open:{user}", 60)
            pipe.execute()
