import redis

client = redis.Redis(socket_timeout=2)


import json
import pickle


def profile(user):
    return json.loads(client.get(f"profile:{user}"))


def local(path):
    with open(path, "rb") as file:
        return pickle.load(file)
