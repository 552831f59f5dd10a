import redis

client = redis.Redis(socket_timeout=2)


import uuid


def remember(user, token):
    client.set(f"token:{user}", token, ex=3_600)


def visit(user, page):
    with client.pipeline() as pipe:
        pipe.lpush(f"visits:{user}", page)
        pipe.expire(f"visits:{user}", 3_600)
        pipe.execute()


def visit_without_multi(user, page):
    pipe = client.pipeline(transaction=False)
    pipe.lpush(f"visits:{user}", page)
    pipe.expire(f"visits:{user}", 3_600)
    pipe.execute()


def touch(user):
    client.expire(f"visits:{user}", 3_600)


def either(user, value, old):
    if old:
        client.set(f"old:{user}", value)
    else:
        client.expire(f"old:{user}", 3_600)


def scratch(items):
    key = f"scratch:{uuid.uuid4()}"
    client.sadd(key, *items)
    client.expire(key, 60)
    return key


def renewed(user, value):
    client.set(f"renewed:{user}", value, ex=60)
    client.expire(f"renewed:{user}", 120)
