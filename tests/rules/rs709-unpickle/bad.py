import redis

client = redis.Redis(socket_timeout=2)


import pickle


def profile(user):
    return pickle.loads(client.get(f"profile:{user}"))


def fields(user):
    return {name: pickle.loads(value) for name, value in client.hgetall(f"user:{user}").items()}
