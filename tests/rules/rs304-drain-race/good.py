import redis

client = redis.Redis(socket_timeout=2)


def flush(user):
    with client.pipeline() as pipe:
        pipe.lrange(f"events:{user}", 0, -1)
        pipe.delete(f"events:{user}")
        return pipe.execute()[0]


def renamed(user):
    client.rename(f"events:{{{user}}}", f"events:{{{user}}}:taken")
    return client.lrange(f"events:{{{user}}}:taken", 0, -1)


def result_of(key):
    found = client.smembers(key)
    client.delete(key)
    return found


def replaced(user, load):
    known = client.hgetall(f"profile:{user}")
    if known:
        return known
    with client.pipeline() as pipe:
        pipe.delete(f"profile:{user}")
        pipe.hset(f"profile:{user}", mapping=load(user))
        pipe.execute()
    return load(user)
