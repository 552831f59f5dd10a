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
