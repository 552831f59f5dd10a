import redis

client = redis.Redis(socket_timeout=2)


def seen(user_id, now):
    client.hset("presence", user_id, now)
    client.expire("presence", 3_600)


def first_seen(user_id, now):
    with client.pipeline(transaction=True) as pipe:
        pipe.hsetnx("first", f"user:{user_id}", now)
        pipe.pexpire("first", 3_600_000)
        pipe.execute()
