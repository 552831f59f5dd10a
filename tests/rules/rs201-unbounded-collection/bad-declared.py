import redis

client = redis.Redis(socket_timeout=2)


def seen(user_id, day, product):
    with client.pipeline() as pipe:
        pipe.lpush(f"shop:views:{user_id}:{day}", product)
        pipe.expire(f"shop:views:{user_id}:{day}", 7 * 86_400)
        pipe.execute()
