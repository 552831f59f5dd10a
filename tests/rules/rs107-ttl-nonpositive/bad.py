import redis

client = redis.Redis(socket_timeout=2)


def remember(user, token):
    client.set(f"token:{user}", token, ex=0)


def forget(user):
    client.expire(f"token:{user}", -1)
