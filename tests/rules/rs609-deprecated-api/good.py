import redis

client = redis.Redis(socket_timeout=2)


def remember(user, token):
    client.set(f"token:{user}", token, ex=3_600)


def stored(user, fields):
    client.hset(f"user:{user}", mapping=fields)


def moved():
    return client.lmove("jobs", "running", "RIGHT", "LEFT")
