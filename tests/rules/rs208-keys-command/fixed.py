import redis

client = redis.Redis(socket_timeout=2)


def carts():
    return list(client.scan_iter("cart:*"))


def clear(report):
    for key in client.scan_iter(match="cart:*"):
        report(key)
