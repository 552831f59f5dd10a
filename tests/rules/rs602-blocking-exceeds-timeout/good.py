import redis

client = redis.Redis(socket_timeout=2)


def work():
    return client.blpop("jobs", timeout=1)


def stream():
    return client.xread({"events": "$"}, block=1_000)


def at_once():
    return client.xread({"events": "0"})


def given(timeout):
    return client.blpop("jobs", timeout=timeout)


def popped():
    return client.lpop("jobs")
