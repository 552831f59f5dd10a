import redis

client = redis.Redis(socket_timeout=2)


def spend(user, cents):
    client.decrby(f"budget:{user}", cents)


def copied(user):
    value = client.get(f"from:{user}")
    client.set(f"to:{user}", value, ex=60)


def other_field(user):
    name = client.hget(f"user:{user}", "first")
    client.hset(f"user:{user}", "display", f"{name}!")


def locked(user, cents):
    with client.lock(f"lock:{user}", timeout=5):
        left = int(client.get(f"budget:{user}") or 0)
        client.set(f"budget:{user}", left - cents, ex=86_400)


def watched(user, cents):
    with client.pipeline() as pipe:
        while True:
            try:
                pipe.watch(f"budget:{user}")
                left = int(pipe.get(f"budget:{user}") or 0)
                pipe.multi()
                pipe.set(f"budget:{user}", left - cents, ex=86_400)
                return pipe.execute()
            except redis.WatchError:
                continue


def keep_newest(entries):
    client.zadd("newest", entries)
    if client.zcard("newest") > 2_000:
        client.zremrangebyrank("newest", 0, -1_001)


def tries(name):
    # A limit that was reached begins anew: that is not a count that is lost.
    if client.incr(f"tries:{name}") >= 5:
        client.delete(f"tries:{name}")


def leave(name, other):
    left = client.zincrby("running", -1, name)
    if int(left) <= 0:
        client.zrem("waiting", name)
        client.hdel("running_of", other)


def first(name):
    if client.incr(f"seen:{name}") == 1:
        client.set(f"first:{name}", "yes", ex=60)


def store(name, size):
    if client.incrby(f"size:{name}", size) > 1_000_000:
        client.decrby(f"size:{name}", size)
        return
    client.set(f"size:{name}", size, ex=60)


def clear(name):
    if client.llen(f"jobs:{name}") > 0:
        client.delete(f"jobs:{name}")


def clear_large(name):
    if client.scard(f"tags:{name}") > 1_000:
        client.delete(f"tags:{name}")


def renewed(user, other):
    found = client.get(f"app:{user}")
    if found or other:
        client.set(f"app:{user}", found or other, ex=60)
