import redis

client = redis.Redis(socket_timeout=2)


def open_window(user):
    client.set(f"tries:{user}", 0, ex=3_600)


def failed(user, tries):
    client.set(f"tries:{user}", tries, keepttl=True)


def opened_again(user):
    client.set(f"tries:{user}", 0, ex=60)


def first(user):
    client.set(f"tries:{user}", 0, nx=True)


def other(user, tries):
    client.set(f"total:{user}", tries)


def keep(page, text, seconds=None):
    if seconds:
        client.setex(f"page:{page}", seconds, text)
    else:
        client.set(f"page:{page}", text)


class Store:
    def __init__(self):
        self.client = redis.Redis(socket_timeout=2)

    def set(self, *args, **options):
        return self.client.set(*args, **options)

    def touch(self, *args):
        return self.client.expire(*args)


class Store:
    def keep(self, key, value):
        client.set(key, value)

    def cache(self, key, value):
        client.set(key, value, ex=60)
