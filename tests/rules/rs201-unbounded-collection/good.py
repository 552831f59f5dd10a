import redis

client = redis.Redis(socket_timeout=2)


def viewed(user, product):
    with client.pipeline() as pipe:
        pipe.lpush(f"views:{user}", product)
        pipe.ltrim(f"views:{user}", 0, 49)
        pipe.execute()


def enqueue(job):
    client.rpush("jobs", job)


def work():
    return client.blpop("jobs", timeout=1)


def stored(result, value):
    client.hset("results", result, value)


def taken(result):
    client.hdel("results", result)


def record(user, name):
    client.hset(f"user:{user}", "name", name)
