import redis

client = redis.Redis(socket_timeout=2)


def next_id():
    client.incr("order:id")
    return int(client.get("order:id"))


def total(day, word):
    client.hincrby(f"words:{day}", word, 1)
    return client.hget(f"words:{day}", word)


async def counted(aio, shop):
    await aio.hincrby("sold", shop, 1)
    return int(await aio.hget("sold", shop) or 0)


def commented(shop):
    client.incr(f"n:{shop}")  # one more
    return int(client.get(f"n:{shop}"))
