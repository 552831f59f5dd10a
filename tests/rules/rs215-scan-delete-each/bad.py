import redis

client = redis.Redis(socket_timeout=2)


def forget(tenant):
    for key in client.scan_iter(f"cache:{tenant}:*"):
        client.delete(key)
