import redis

client = redis.Redis(socket_timeout=2)


def flush(user):
    events = client.lrange(f"events:{user}", 0, -1)
    client.delete(f"events:{user}")
    return events


def drained(store):
    for member in client.smembers("dirty"):
        store(member)
    client.delete("dirty")


def wrapped(user):
    events = set(client.smembers(f"events:{user}"))
    client.delete(f"events:{user}")
    return events


def said(user):
    events = client.smembers(f"events:{user}")  # all of them
    client.delete(f"events:{user}")
    return events


def emptied(user, entry):
    found = client.lrange(f"log:{user}", 0, -1)
    with client.pipeline() as pipe:
        pipe.delete(f"log:{user}")
        pipe.rpush(f"log:{user}", entry, *found)
        pipe.execute()
    return found


class Stages:
    def __init__(self, conn):
        self.conn = conn

    def flush(self, pipe):
        for stage in self.conn.smembers("stages"):
            pipe.delete(f"stage:{stage}")
        pipe.delete("stages")
