import redis

client = redis.Redis(socket_timeout=2)


def remember(user, sku):
    client.set(f"cart:{user}", sku, ex=60)


def expired_elsewhere(user, sku):
    client.hset(f"basket:{user}", "sku", sku)


def touch(user):
    client.expire(f"basket:{user}", 60)


def deleted_elsewhere(user, sku):
    client.hset(f"order:{user}", "sku", sku)


def done(user):
    client.delete(f"order:{user}")


def one_key(version):
    client.set("schema:version", version)


def known(user, sku):
    client.set(f"known:{user}", sku, xx=True)
