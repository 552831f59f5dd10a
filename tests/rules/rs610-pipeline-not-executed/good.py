import redis

client = redis.Redis(socket_timeout=2)


def visit(page):
    with client.pipeline() as pipe:
        pipe.incr(f"visits:{page}")
        pipe.execute()


def made(page):
    pipe = client.pipeline()
    pipe.incr(f"visits:{page}")
    return pipe


def handed(page, send):
    pipe = client.pipeline()
    pipe.incr(f"visits:{page}")
    send(pipe)


def added(pipe, page):
    pipe.incr(f"visits:{page}")


def chained(page):
    return client.pipeline().incr(f"visits:{page}").execute()


def watched(page):
    with client.pipeline() as pipe:
        pipe.watch(f"visits:{page}")
        return pipe.get(f"visits:{page}")
