import redis

from locks import acquire_lock, release_lock

client = redis.Redis(socket_timeout=2)


def close(account):
    with client.pipeline() as pipe:
        pipe.watch(f"account:{account}")
        if pipe.hget(f"account:{account}", "state") != b"open":
            return False
        pipe.multi()
        pipe.hset(f"account:{account}", "state", "closed")
        pipe.execute()
        return True


def counted(user):
    with client.pipeline() as pipe:
        pipe.get(f"name:{user}")
        pipe.get(f"mail:{user}")
        name, mail = pipe.execute()
    client.set("last", name)
    return mail


def due(task):
    mark = acquire_lock(client, task)
    if not mark:
        return False
    pipe = client.pipeline()
    try:
        pipe.hget("last", task)
        last = pipe.execute()[0]
        if last is None:
            pipe.hset("last", task, "1")
            pipe.execute()
        return True
    finally:
        release_lock(client, task, mark)


def loaded(load):
    with client.pipeline() as pipe:
        pipe.zrangebyscore("jobs", 0, 100)
        pipe.zcard("jobs")
        jobs, _ = pipe.execute()
    for job in jobs:
        try:
            load(job)
        except KeyError:
            client.zrem("jobs", job)
