import redis

client = redis.Redis(socket_timeout=2)


def carts():
    return client.keys("cart:*")


def clear(report):
    for key in client.keys(pattern="cart:*"):
        report(key)
