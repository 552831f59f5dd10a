import redis

client = redis.Redis()


def work():
    return client.blpop("jobs", timeout=30)


def for_ever():
    return client.brpop("jobs")


def stream():
    return client.xread({"events": "$"}, block=5_000)
