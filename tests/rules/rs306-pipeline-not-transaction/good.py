import redis

client = redis.Redis(socket_timeout=2)


def rebuild(names):
    with client.pipeline() as pipe:
        pipe.delete("names")
        pipe.rpush("names", *names)
        pipe.execute()


def warm(pages):
    with client.pipeline(transaction=False) as pipe:
        for page, text in pages:
            pipe.set(f"page:{page}", text, ex=60)
        pipe.execute()


def read(users):
    with client.pipeline(transaction=False) as pipe:
        for user in users:
            pipe.hgetall(f"user:{user}")
        return pipe.execute()


def seen(project, task):
    pipe = client.pipeline(transaction=False)
    pipe.hincrby("seen", project, 1)
    pipe.sadd(f"tasks:{project}", task)
    pipe.execute()
