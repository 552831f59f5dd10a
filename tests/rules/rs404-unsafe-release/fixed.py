import redis

client = redis.Redis(socket_timeout=2)


def release(name, token):
    client.eval("if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0", 1, f"lock:{name}", token)


def release_and_tell(name, token):
    owner = client.get(f"lock:{name}")
    if owner is None or owner.decode() != token:
        return False
    return client.delete(f"lock:{name}") == 1
