import redis

client = redis.Redis(socket_timeout=2)


def online():
    return client.smembers("online")


def latest():
    return client.lrange("log", 0, -1)


def results():
    return client.hgetall("results")


def ranks():
    return client.zrangebyscore("ranks", "-inf", "+inf", withscores=True)


def ranks_from_the_top():
    return client.zrevrangebyscore("ranks", float("inf"), float("-inf"))
