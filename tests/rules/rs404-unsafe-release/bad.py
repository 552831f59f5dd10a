import redis

client = redis.Redis(socket_timeout=2)


def release(name, token):
    if client.get(f"lock:{name}") == token:
        client.delete(f"lock:{name}")


def release_and_tell(name, token):
    owner = client.get(f"lock:{name}")
    if owner is None or owner.decode() != token:
        return False
    return client.delete(f"lock:{name}") == 1
