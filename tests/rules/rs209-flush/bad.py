import redis

client = redis.Redis(socket_timeout=2)


def reset():
    client.flushdb()


def reset_all():
    client.execute_command("FLUSHALL")


class Cache:
    def clear(self):
        client.flushdb()

    def warm(self):
        client.flushdb()
