import redis

client = redis.Redis(socket_timeout=2)


def redeem(token):
    return client.getdel(f"invite:{token}")


def forget(token, log):
    if client.get(f"invite:{token}") is None:
        log("nothing to forget")
        return
    client.delete(f"invite:{token}")


def atomic(token):
    with client.pipeline() as pipe:
        pipe.get(f"invite:{token}")
        pipe.delete(f"invite:{token}")
        return pipe.execute()[0]


def other(token):
    user = client.hget("pending", token)
    client.hdel("pending", "nobody")
    return user


def session(user):
    found = client.hget("sessions", user)
    if not is_old(found):
        return found
    client.hdel("sessions", user)
    return None


def is_old(found):
    return found.startswith(b"old")


def sync_some(users):
    for user in client.hkeys("active"):
        stamp = client.hget("active", user)
        if users.is_old(stamp):
            client.hdel("active", user)


def claimed():
    head = client.zrange("delayed", 0, 0)
    if not head:
        return None
    if client.zrem("delayed", head[0]):
        client.rpush("jobs", head[0])
    return head[0]


def put_aside(job):
    with client.pipeline() as pipe:
        pipe.watch(f"state:{job}")
        state = pipe.get(f"state:{job}")
        pipe.multi()
        pipe.set(f"ended:{job}", state, ex=86_400)
        pipe.delete(f"state:{job}")
        pipe.execute()
