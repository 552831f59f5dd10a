import redis

client = redis.Redis(socket_timeout=2)


import json


def rename(user, name):
    client.hset(f"profile:{user}", "name", name)


def moved(user, name):
    profile = json.loads(client.get(f"old:{user}"))
    profile["name"] = name
    client.set(f"new:{user}", json.dumps(profile), ex=3_600)
