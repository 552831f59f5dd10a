import redis

client = redis.Redis(socket_timeout=2)


def placed(shop, order):
    client.xadd(f"events:{shop}", {"order": order}, maxlen=100_000)
