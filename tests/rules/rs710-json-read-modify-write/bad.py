import redis

client = redis.Redis(socket_timeout=2)


import json


def rename(user, name):
    profile = json.loads(client.get(f"profile:{user}"))
    profile["name"] = name
    client.set(f"profile:{user}", json.dumps(profile), ex=3_600)
