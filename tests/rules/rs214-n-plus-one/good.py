import redis

client = redis.Redis(socket_timeout=2)


import time

QUEUES = ("high", "low")


def names(users):
    with client.pipeline(transaction=False) as pipe:
        for user in users:
            pipe.get(f"name:{user}")
        return pipe.execute()


def lengths():
    return {queue: client.llen(f"queue:{queue}") for queue in QUEUES}


def wait(job):
    while client.get(f"done:{job}") is None:
        time.sleep(0.1)


def retried(user):
    for _ in range(3):
        found = client.get(f"name:{user}")
        if found is not None:
            return found
    return None


def chunked(users):
    found = []
    for start in range(0, len(users), 100):
        found += client.mget([f"name:{user}" for user in users[start : start + 100]])
    return found


def add_all(pipeline: redis.Redis, jobs):
    for job in jobs:
        pipeline.hset(f"job:{job}", "state", "new")


def handle(job):
    client.set(f"state:{job}", "running", ex=60)
    client.hset("owners", job, "me")
    client.lrem("waiting", 1, job)
    print(job)
    client.delete(f"state:{job}")


def handle_all(jobs):
    # Each is a job of its own, not a step of this loop.
    for job in jobs:
        handle(job)


def wait_for(user):
    while client.hget(f"user:{user}", "open"):
        time.sleep(1)


def count(name, pipe=None):
    if not pipe:
        pipe = client
    pipe.hincrby("counts", name, 1)


def count_all(names):
    pipe = client.pipeline()
    for name in names:
        count(name, pipe=pipe)
    pipe.execute()
