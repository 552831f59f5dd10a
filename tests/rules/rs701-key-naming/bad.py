import redis

client = redis.Redis(socket_timeout=2)


def store(user_id, name):
    client.set(f"User/{user_id}/Name", name, ex=60)
    client.hset("app.settings", "a", 1)
    client.sadd(f"tags::{user_id}", name)
    client.set(f"what*{name}", 1, ex=60)
