import redis

client = redis.Redis(socket_timeout=2)


def fence(shop, payload):
    client.set(f"fence:{shop}", payload, ex=3_600)
    client.sadd("fences", f"fence:{shop}")


def done(job):
    client.zrem("running", job)
    client.sadd("finished", job)


def add(user, name):
    client.hset(f"user:{user}", "name", name)
    client.rpush("users", user)


def start(redis_client: redis.Redis, job):
    redis_client.hset(f"job:{job}", "state", "new")
    redis_client.sadd("jobs", f"job:{job}")


def join(room, user):
    client.sadd(f"room:{room}:users", user)
    client.sadd(f"user:{user}:rooms", room)


def seen(user, at):
    client.hset(f"user:{user}", "seen", at)
    client.zincrby("visits", 1, user)


def stop(module, process):
    client.hdel(f"running:{module}", process)
    if client.hlen(f"running:{module}") == 0:
        client.srem("modules", module)


def leave(room, user):
    with client.pipeline() as pipe:
        pipe.srem(f"room:{room}", user)
        pipe.scard(f"room:{room}")
        if not pipe.execute()[-1]:
            client.delete(f"history:{room}")


def begin(item, kind, now):
    if client.sadd("working", item):
        client.zadd(f"since:{kind}", {item: now})


def ended(job, note):
    print(note)
    done(job)
