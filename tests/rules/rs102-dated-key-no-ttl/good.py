import redis

client = redis.Redis(socket_timeout=2)


from datetime import date


def seen(day, user):
    with client.pipeline() as pipe:
        pipe.sadd(f"visitors:{day}", user)
        pipe.expire(f"visitors:{day}", 32 * 86_400)
        pipe.execute()


def counted():
    key = "hits:" + date.today().isoformat()
    client.incr(key)
    client.expire(key, 86_400)


def of(day):
    return client.smembers(f"visitors:{day}")
