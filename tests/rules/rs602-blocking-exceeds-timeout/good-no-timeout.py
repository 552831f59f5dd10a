import redis

client = redis.Redis(socket_timeout=None)


def work():
    return client.blpop("jobs", timeout=30)
