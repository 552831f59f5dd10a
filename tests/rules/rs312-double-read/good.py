import redis

client = redis.Redis(socket_timeout=2)


def name_of(user):
    name = client.get(f"name:{user}")
    return None if name is None else name.decode()


def both(user):
    return client.get(f"first:{user}"), client.get(f"last:{user}")


def is_there(user):
    if not client.exists(f"profile:{user}"):
        return None
    return client.hgetall(f"settings:{user}")


def waited(name, sleep, tries):
    while True:
        found = client.get(f"stats:{name}")
        if found is not None:
            break
        sleep(1)
    return found


def given_up(name, sleep, tries):
    while True:
        if client.exists(f"stats:{name}"):
            break
        if tries == 0:
            break
        sleep(1)
    return client.get(f"stats:{name}")
