import redis

client = redis.Redis(socket_timeout=2)


def placed(shop, order):
    client.xadd(f"events:{shop}", {"order": order}, maxlen=100_000)


def trimmed(shop, order):
    client.xadd(f"log:{shop}", {"order": order})
    client.xtrim(f"log:{shop}", maxlen=1_000)


def passed_on(shop, order, **options):
    client.xadd(f"any:{shop}", {"order": order}, **options)
