import redis

client = redis.Redis(socket_timeout=2)


def saved():
    return client.lastsave()


def settings():
    return client.config_get("maxmemory")


def form(model):
    model.save()
