import redis

r = redis.Redis(socket_timeout=2)


def delete_prefix(prefix):
    batch = []
    for key in r.scan_iter(match=f"{prefix}:*", count=500):
        batch.append(key)
        if len(batch) >= 500:
            r.unlink(*batch)
            batch.clear()


def delete_prefix2(prefix):
    batch = []
    for key in r.scan_iter(match=f"{prefix}:*", count=500):
        batch.append(key)
        if len(batch) < 500:
            continue
        r.delete(*batch)
        batch = []
