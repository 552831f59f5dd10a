import redis

client = redis.Redis(socket_timeout=2)


def reset():
    client.flushdb()


def reset_all():
    client.execute_command("FLUSHALL")
