import redis

client = redis.Redis(socket_timeout=2)


def open_window(user):
    client.set(f"tries:{user}", 0, ex=3_600)


def failed(user, tries):
    client.set(f"tries:{user}", tries)
