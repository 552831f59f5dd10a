import redis

client = redis.Redis(socket_timeout=2)


def fence(shop, payload):
    client.set(f"fence:{shop}", payload, ex=3_600)
    client.sadd("fences", f"fence:{shop}")


def done(job):
    client.zrem("running", job)
    client.sadd("finished", job)


def add(user, name):
    client.hset(f"user:{user}", "name", name)
    client.rpush("users", user)
