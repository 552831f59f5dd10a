import redis

client = redis.Redis(socket_timeout=2)


def viewed(user, product):
    client.lpush(f"views:{user}", product)


def seen(fingerprint):
    return client.sadd("seen", fingerprint)


def stored(result, value):
    client.hset("results", result, value)
