import redis

client = redis.Redis(socket_timeout=2)


def reset(keys):
    client.unlink(*keys)
