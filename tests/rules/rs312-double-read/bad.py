import redis

client = redis.Redis(socket_timeout=2)


def name_of(user):
    return client.get(f"name:{user}").decode() if client.get(f"name:{user}") else None


def counted(field):
    if client.hexists("stats", field):
        return int(client.hget("stats", field))
    return 0
