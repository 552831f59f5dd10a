import redis

client = redis.Redis(socket_timeout=2)


import json


def claim(name, user):
    return client.set(f"name:{name}", user, nx=True, ex=86_400)


def cached(user, load):
    found = client.get(f"profile:{user}")
    if found is not None:
        return json.loads(found)
    value = load(user)
    client.set(f"profile:{user}", json.dumps(value), ex=60)
    return value


def looked_up(domain, resolve):
    if client.exists(f"known:{domain}"):
        return
    resolve(domain)
    client.setex(f"known:{domain}", 60, 1)


def locked(name, user):
    with client.lock(f"lock:{name}", timeout=5):
        if not client.exists(f"name:{name}"):
            client.set(f"name:{name}", user, ex=86_400)


def watched(name, user):
    with client.pipeline() as pipe:
        pipe.watch(f"name:{name}")
        if not pipe.exists(f"name:{name}"):
            pipe.multi()
            pipe.set(f"name:{name}", user, ex=86_400)
            pipe.execute()


def updated(name, user):
    if client.exists(f"name:{name}"):
        client.set(f"name:{name}", user, xx=True, ex=86_400)


def other_key(name, user):
    if not client.exists(f"blocked:{name}"):
        client.set(f"name:{name}", user, ex=86_400)


def locked_for_a_time(name, user):
    token = acquire_lock_with_timeout(client, name, 5)
    if not client.exists(f"taken:{name}"):
        client.set(f"taken:{name}", user, ex=86_400)
    release_lock(client, name, token)


def labels(user):
    # A dictionary of the program's own.
    found = {}
    if user not in found:
        found[user] = client.get(f"label:{user}")
    return found


def told_by_the_caller(name, user, there):
    client.exists(f"seat:{name}")
    client.set(f"seat:{name}", user, xx=there, ex=60)


class Cache:
    def __init__(self, codec):
        self.codec = codec

    def through(self, key, load, seconds=None):
        found = None
        try:
            found = client.get(f"through:{key}")
        except ValueError:
            print("down")
        if found is not None:
            return self.codec.decode(found)
        value = load()
        client.set(f"through:{key}", self.codec.encode(value), ex=seconds or None)
        return value


def enlist(queue, name):
    if client.sadd(f"queued:{queue}", name):
        client.rpush(f"queue:{queue}", name)


def noted(queue, names, name):
    found = client.lrange(f"queue:{queue}", 0, -1)
    if name not in names:
        client.rpush(f"queue:{queue}", name)
    return found
