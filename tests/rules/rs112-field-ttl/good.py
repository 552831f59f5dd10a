import redis

client = redis.Redis(socket_timeout=2)


def alone(user_id, now):
    client.hset("presence", user_id, now)
    client.hexpire("presence", 3_600, user_id)


def a_hash_each(user_id, name, value):
    # All that belongs to one user lives and dies together.
    client.hset(f"settings:{user_id}", name, value)
    client.expire(f"settings:{user_id}", 3_600)


def from_the_first_on(user_id, now):
    client.hset("today", user_id, now)
    client.expire("today", 86_400, nx=True)


def a_record(name):
    client.hset("shop", "name", name)
    client.expire("shop", 86_400)
