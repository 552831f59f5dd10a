import redis

client = redis.Redis(socket_timeout=2)


import random


def proxy():
    return client.srandmember("proxies")


def entry():
    names = client.hkeys("pool")
    return random.choice(names)


def any_field(name):
    return client.hrandfield(name)


def best(least, most, count):
    found = client.zrangebyscore("scores", most, most)
    if len(found) < count:
        found = client.zrevrangebyscore("scores", most, least)
    return random.sample(found, count)
