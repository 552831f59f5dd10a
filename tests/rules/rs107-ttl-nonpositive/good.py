import redis

client = redis.Redis(socket_timeout=2)


def remember(user, token):
    client.set(f"token:{user}", token, ex=1)


def forget(user):
    client.unlink(f"token:{user}")


def given(user, token, ttl=0):
    client.set(f"token:{user}", token, ex=ttl or None)
