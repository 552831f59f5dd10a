import redis

client = redis.Redis(socket_timeout=2)


def log_in(session):
    client.set(f"hits:{session}", 0, ex=3_600)


def again(session):
    if client.exists(f"hits:{session}"):
        client.incr(f"hits:{session}")
        client.expire(f"hits:{session}", 3_600)


def other(session):
    if client.exists(f"hits:{session}"):
        client.incr("hits:all")


def held(session):
    with client.lock(f"lock:{session}", timeout=5):
        if client.exists(f"hits:{session}"):
            client.incr(f"hits:{session}")
