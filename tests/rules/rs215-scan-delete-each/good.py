import redis

client = redis.Redis(socket_timeout=2)


from itertools import islice


def forget(tenant):
    found = client.scan_iter(f"cache:{tenant}:*", count=500)
    while keys := list(islice(found, 500)):
        client.unlink(*keys)


def queued(tenant):
    pipe = client.pipeline(transaction=False)
    for key in client.scan_iter(f"cache:{tenant}:*"):
        pipe.delete(key)
    pipe.execute()


def those_without_an_end(tenant):
    for key in client.scan_iter(f"cache:{tenant}:*"):
        if client.ttl(key) < 0:
            client.unlink(key)
