import uuid

import redis

client = redis.Redis(socket_timeout=2)


def fence(shop, payload):
    with client.pipeline() as pipe:
        pipe.set(f"fence:{shop}", payload, ex=3_600)
        pipe.sadd("fences", f"fence:{shop}")
        pipe.execute()


def removed(job):
    client.zrem("running", job)
    client.srem("finished", job)


def two_things(user, shop):
    client.sadd("users", user)
    client.sadd("shops", shop)


def either(job, failed):
    if failed:
        client.sadd("failed", job)
    else:
        client.sadd("finished", job)


def held(job):
    with client.lock("jobs", timeout=5):
        client.zrem("running", job)
        client.sadd("finished", job)


def start(pipeline: redis.Redis, job):
    pipeline.hset(f"job:{job}", "state", "new")
    pipeline.sadd("jobs", f"job:{job}")


def stop(module, process):
    with client.pipeline() as pipe:
        pipe.watch(f"running:{module}")
        if pipe.hkeys(f"running:{module}") == [process]:
            pipe.multi()
            pipe.hdel(f"running:{module}", process)
            pipe.srem("modules", module)
            pipe.execute()


def leave(room, user, rooms):
    client.srem(f"room:{room}", user)
    if client.scard(f"room:{room}") == 0:
        rooms.close(room)
    client.srem(f"rooms:{user}", room)


other = redis.Redis(host="other", socket_timeout=2)


def scratch(job):
    client.sadd(f"scratch:{uuid.uuid4()}", job)
    client.sadd("jobs", job)


def urgent_ones_too(job, urgent):
    if urgent:
        client.sadd("urgent", job)
    client.sadd("jobs", job)


def elsewhere(job):
    client.sadd("jobs", job)
    other.sadd("known", job)


def configured(settings, count):
    client.sadd("prefixes", settings.PREFIX)
    client.set(f"{settings.PREFIX}:total", count)


def everywhere(user, shops):
    for shop in shops:
        client.sadd(f"known:{shop}", user)
    client.sadd("users", user)


def expire_bans(now):
    bans = client.hgetall("bans")
    for net, until in bans.items():
        if not until:
            client.hdel("queue", net)
