import redis

client = redis.Redis(socket_timeout=2)


def online():
    return list(client.sscan_iter("online", count=500))


def latest():
    return client.lrange("log", 0, 99)


def cart(user):
    return client.hgetall(f"cart:{user}")


def due(now):
    return client.zrangebyscore("jobs", "-inf", now)


def first():
    return client.zrangebyscore("ranks", "-inf", "+inf", start=0, num=10)
