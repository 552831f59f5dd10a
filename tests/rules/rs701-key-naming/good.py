import redis

client = redis.Redis(socket_timeout=2)


def store(prefix, user_id, name):
    client.set(f"user:{user_id}:name", name, ex=60)
    client.set(f"{prefix}{name}", 1, ex=60)
    client.set(f"{prefix}:{user_id}", 1, ex=60)
    client.set(f"tags:{{{user_id}}}", 1, ex=60)
    client.set(name, 1, ex=60)
    # What others write is theirs to name.
    client.get("Legacy/Name")
