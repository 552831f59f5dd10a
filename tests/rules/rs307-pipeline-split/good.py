import redis

client = redis.Redis(socket_timeout=2)


def close(account):
    with client.pipeline() as pipe:
        pipe.watch(f"account:{account}")
        if pipe.hget(f"account:{account}", "state") != b"open":
            return False
        pipe.multi()
        pipe.hset(f"account:{account}", "state", "closed")
        pipe.execute()
        return True


def counted(user):
    with client.pipeline() as pipe:
        pipe.get(f"name:{user}")
        pipe.get(f"mail:{user}")
        name, mail = pipe.execute()
    client.set("last", name)
    return mail
