import redis

client = redis.Redis(socket_timeout=2)


def next_id():
    client.incr("order:id")
    return int(client.get("order:id"))


def total(day, word):
    client.hincrby(f"words:{day}", word, 1)
    return client.hget(f"words:{day}", word)
