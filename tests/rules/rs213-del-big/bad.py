import redis

client = redis.Redis(socket_timeout=2)


def seen(day, user):
    client.sadd(f"seen:{day}", user)


def forget(day):
    client.delete(f"seen:{day}")
