import redis

client = redis.Redis(socket_timeout=2)


import random


def proxy():
    return random.choice(list(client.smembers("proxies")))


def entry():
    names = client.hkeys("pool")
    return random.choice(names)


def any_field(name):
    return random.choice(list(client.hkeys(name)))


def best(least, most, count):
    found = client.zrangebyscore("scores", most, most)
    if len(found) < count:
        found = client.zrevrangebyscore("scores", most, least)
    return random.sample(found, count)
