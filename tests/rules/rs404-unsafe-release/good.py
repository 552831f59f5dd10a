import redis

client = redis.Redis(socket_timeout=2)


RELEASE = client.register_script(
    "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"
)


def release(name, token):
    return RELEASE(keys=[f"lock:{name}"], args=[token]) == 1


def expired(name):
    if client.get(f"state:{name}") == "done":
        client.delete(f"state:{name}")


def watched(name, token):
    with client.pipeline() as pipe:
        pipe.watch(f"lock:{name}")
        if pipe.get(f"lock:{name}") == token:
            pipe.multi()
            pipe.delete(f"lock:{name}")
            pipe.execute()


def taken(name, token):
    return client.set(f"lock:{name}", token, nx=True, ex=10)


def watched_in_rounds(name, token):
    pipe = client.pipeline(True)
    while True:
        try:
            pipe.watch(f"lock:{name}")
            if pipe.get(f"lock:{name}") == token:
                pipe.multi()
                pipe.delete(f"lock:{name}")
                pipe.execute()
                return True
            pipe.unwatch()
            break
        except redis.WatchError:
            pass
    return False
