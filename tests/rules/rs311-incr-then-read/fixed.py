import redis

client = redis.Redis(socket_timeout=2)


def next_id():
    return int(client.incr("order:id"))


def total(day, word):
    client.hincrby(f"words:{day}", word, 1)
    return client.hget(f"words:{day}", word)


async def counted(aio, shop):
    return int(await aio.hincrby("sold", shop, 1) or 0)


def commented(shop):
    client.incr(f"n:{shop}")  # one more
    return int(client.get(f"n:{shop}"))
