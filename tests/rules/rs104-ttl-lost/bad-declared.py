import redis

client = redis.Redis(socket_timeout=2)


def store(name, value):
    client.set(f"shop:token:{name}", value)


def with_ttl(name, value):
    client.set(f"shop:token:{name}", value, ex=5_400)
    client.set("shop:motto", value)
    client.set(f"shop:token:{name}", value, nx=True)
