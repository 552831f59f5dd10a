import redis

client = redis.Redis(socket_timeout=2)


def carts():
    return list(client.scan_iter("cart:*"))


def fields(settings: dict):
    return settings.keys()
