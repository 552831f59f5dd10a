import redis

client = redis.Redis(socket_timeout=2)


import random


def proxy():
    return client.srandmember("proxies")


def local(names):
    client.sadd("proxies", *names)
    return random.choice(names)


def one_of_the_best(least):
    return random.choice(client.zrangebyscore("scores", least, "+inf", start=0, num=100))
