import redis

client = redis.Redis(socket_timeout=2)


def next_id():
    return client.incr("order:id")


def other_field(day, word):
    client.hincrby(f"words:{day}", word, 1)
    return client.hget(f"words:{day}", "all")


def queued(day):
    with client.pipeline() as pipe:
        pipe.incr(f"hits:{day}")
        pipe.get(f"hits:{day}")
        return pipe.execute()
