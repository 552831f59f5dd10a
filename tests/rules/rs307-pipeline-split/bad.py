import redis

client = redis.Redis(socket_timeout=2)


def close(account):
    with client.pipeline() as pipe:
        pipe.hget(f"account:{account}", "state")
        pipe.hget(f"account:{account}", "owner")
        state, owner = pipe.execute()
        if state == b"open":
            pipe.hset(f"account:{account}", "state", "closed")
            pipe.execute()
    return owner
