import redis

client = redis.Redis(socket_timeout=2)


def work(run):
    while True:
        found = client.blpop("jobs", timeout=1)
        if found:
            run(found[1])


def read():
    return client.xreadgroup("workers", "me", {"events": ">"}, count=10)
