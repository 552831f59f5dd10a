import uuid

import redis

client = redis.Redis(socket_timeout=2)


def claim(name, user):
    client.set(f"name:{name}", user, ex=86_400, nx=True)


def claim_quietly(name, user):
    client.set(f"quiet:{name}", user, nx=True)


def register(name):
    if client.exists(f"instance:{name}"):
        raise ValueError("there is one already")
    with client.pipeline() as pipe:
        pipe.delete(f"instance:{name}")
        pipe.hset(f"instance:{name}", "birth", 1)
        pipe.execute()


def start(field):
    if not client.hexists("stats", field):
        client.hset("stats", field, 0)


def once(user):
    if client.sismember("seen", user):
        return False
    client.sadd("seen", user)
    return True


def once_told(user, log):
    if not client.exists(f"told:{user}"):
        log.debug("the first time")
        client.setex(f"told:{user}", 60, 1)


def reserve(seat, user):
    if f"seat:{seat}" not in client:
        client[f"seat:{seat}"] = user


def told_by_another(name, user):
    there = client.exists(f"seat:{name}")
    client.set(f"seat:{name}", user, xx=there, ex=60)


def enlist(queue, name):
    if name not in client.lrange(f"queue:{queue}", 0, -1):
        client.rpush(f"queue:{queue}", name)


def name_once(user, field, value):
    known = client.hkeys(f"names:{user}")
    if field in known:
        return False
    client.hset(f"names:{user}", field, value)
    return True


def token(name):
    found = client.get(f"token:{name}")
    if not found:
        found = uuid.uuid4().hex
        client.set(f"token:{name}", found, ex=60)
    return found
