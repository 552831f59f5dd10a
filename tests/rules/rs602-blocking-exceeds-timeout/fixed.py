import redis

client = redis.Redis()


def work():
    return client.blpop("jobs", timeout=4)


def for_ever():
    return client.brpop("jobs", timeout=4)


def stream():
    return client.xread({"events": "$"}, block=4000)
