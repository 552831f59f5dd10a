import redis

client = redis.Redis(socket_timeout=2)


def name_of(user):
    return value.decode() if (value := client.get(f"name:{user}")) else None


def counted(field):
    if (value := client.hget("stats", field)) is not None:
        return int(value)
    return 0


async def there(aio, user):
    value = 1
    return value if await aio.exists(f"u:{user}") and await aio.get(f"u:{user}") == b"1" else None


def each(users):
    return [client.get(u).decode() if client.get(u) else None for u in users]


def shown(job):
    with client.lock(f"lock:{job}", timeout=5):
        return value.decode() if (value := client.get(f"state:{job}")) else ""


def waited(name, sleep):
    while True:
        if client.exists(f"stats:{name}"):
            break
        sleep(1)
    return client.get(f"stats:{name}")
