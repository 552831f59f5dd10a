import redis

client = redis.Redis(socket_timeout=2)


def backup():
    client.save()


def tune():
    client.config_set("maxmemory", "1gb")
