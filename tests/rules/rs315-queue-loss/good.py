import redis

client = redis.Redis(socket_timeout=2)


def work(run):
    while True:
        job = client.blmove("jobs", "running", 1, "LEFT", "RIGHT")
        if job:
            run(job)
            client.lrem("running", 1, job)


def read(run):
    for stream, entries in client.xreadgroup("workers", "me", {"events": ">"}, count=10):
        for number, fields in entries:
            run(fields)
            client.xack(stream, "workers", number)


def wait_for(reply):
    return client.blpop(f"reply:{reply}", timeout=1)
