import redis

client = redis.Redis(socket_timeout=2)


import secrets


def acquire(name):
    token = secrets.token_hex(16)
    return token if client.set(f"lock:{name}", token, nx=True, ex=30) else None


def acquire_for(name, owner):
    return client.set(f"lock:{name}", owner, nx=True, ex=30)


def once(user):
    return client.set(f"welcomed:{user}", 1, nx=True, ex=86_400)


def block(user):
    return client.set(f"blocked:{user}", 1, nx=True, ex=86_400)
