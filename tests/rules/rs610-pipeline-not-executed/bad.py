import redis

client = redis.Redis(socket_timeout=2)


def visit(page):
    with client.pipeline() as pipe:
        pipe.incr(f"visits:{page}")
        pipe.expire(f"visits:{page}", 3_600)


def forgotten(page):
    pipe = client.pipeline()
    pipe.set(f"page:{page}", 1, ex=60)
