import redis

client = redis.Redis(socket_timeout=2)


def forget(tenant):
    for key in client.scan_iter(f"cache:{tenant}:*"):
        client.delete(key)


def keep_newest(most):
    keys = sorted(client.scan_iter("report:*"))
    while len(keys) > most:
        client.delete(keys.pop(0))


def those_that_were_found(tenant):
    keys = client.keys(f"cache:{tenant}:*")
    if keys:
        for key in keys:
            client.delete(key)
