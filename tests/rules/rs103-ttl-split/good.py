import redis

client = redis.Redis(socket_timeout=2)


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


def renewed(user, value):
    client.set(f"renewed:{user}", value, ex=60)
    client.expire(f"renewed:{user}", 120)


def queued(given, user, page):
    batch = given.pipeline()
    batch.lpush(f"visits:{user}", page)
    batch.expire(f"visits:{user}", 3_600)
    batch.execute()


replica = redis.Redis(host="replica", socket_timeout=2)


def elsewhere(user, value):
    client.set(f"moved:{user}", value)
    replica.expire(f"moved:{user}", 60)


def prefixed(values):
    return {f"shop:{name}": value for name, value in values.items()}


def put_many_at_once(values, seconds):
    with client.pipeline() as pipe:
        pipe.mset(prefixed(values))
        for name in values:
            pipe.expire(f"shop:{name}", seconds)
        pipe.execute()


def put_many_beside(values, seconds):
    client.mset(prefixed(values))
    for _ in values:
        client.expire("recent", seconds)


def written_and_gone(user, value):
    client.set(f"gone:{user}", value)
    client.delete(f"gone:{user}")
    client.expire(f"gone:{user}", 60)
