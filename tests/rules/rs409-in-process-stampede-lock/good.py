import threading

import redis

client = redis.Redis(socket_timeout=2)
lock = threading.Lock()


def locked_in_redis(name, load):
    with client.lock(f"load:{name}", timeout=10):
        found = client.get(f"page:{name}")
        if found is None:
            found = load(name)
            client.set(f"page:{name}", found, ex=60)
    return found


def both(name, load):
    with lock, client.lock(f"load:{name}", timeout=10):
        found = client.get(f"page:{name}")
        if found is None:
            found = load(name)
            client.set(f"page:{name}", found, ex=60)
    return found


def counts(name):
    with lock:
        client.incr(f"hits:{name}")
        return client.get(f"hits:{name}")
