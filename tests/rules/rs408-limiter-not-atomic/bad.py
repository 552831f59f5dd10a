import redis

client = redis.Redis(socket_timeout=2)


LIMIT = 100


def allowed(user):
    if int(client.get(f"calls:{user}") or 0) >= LIMIT:
        return False
    client.incr(f"calls:{user}")
    return True


def enqueue(job):
    if client.llen("jobs") < 1_000:
        client.rpush("jobs", job)


def taken_back(user):
    if client.incr(f"calls:{user}") > LIMIT:
        client.decr(f"calls:{user}")
        return False
    return True
