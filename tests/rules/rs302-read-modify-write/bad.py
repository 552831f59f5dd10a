import redis

client = redis.Redis(socket_timeout=2)


def spend(user, cents):
    left = int(client.get(f"budget:{user}") or 0)
    client.set(f"budget:{user}", left - cents, ex=86_400)


def highest(value):
    client.hset("stats", "high", max(int(client.hget("stats", "high") or 0), value))


class Counter:
    def __init__(self, redis_client):
        self.redis_client = redis_client

    def value(self, name):
        return int(self.redis_client.hget("counts", name) or 0)

    def add(self, name):
        self.redis_client.hset("counts", name, self.value(name) + 1)


def keep_newest(entries):
    client.zadd("newest", entries)
    count = client.zcard("newest")
    if count > 2_000:
        client.zpopmin("newest", count - 1_000)


def keep_last(entries):
    client.rpush("last", *entries)
    over = client.llen("last") - 1_000
    client.ltrim("last", over, -1)


def leave(name):
    left = client.zincrby("running", -1, name)
    if int(left) <= 0:
        client.zrem("running", name)


def release(name):
    if not client.decr(f"users:{name}"):
        client.delete(f"users:{name}")


def next_id(step):
    found = client.incrby("ids", step)
    if found == step:
        client.set("ids", 1_000 + step)
        return 1_000 + step
    return found


def used_up(name):
    left = client.hincrby("left", name, -1)
    if left < 1:
        client.hdel("left", name)


def worse(proxy):
    client.zincrby("scores", -1, proxy)
    score = client.zscore("scores", proxy)
    if score <= 10:
        print("not good enough", score)
        client.zrem("scores", proxy)


def tidy(name):
    if not client.llen(f"jobs:{name}"):
        client.delete(f"jobs:{name}")


def tidy_ranks(name):
    if client.zcard(f"ranks:{name}") > 0:
        return
    client.unlink(f"ranks:{name}")
