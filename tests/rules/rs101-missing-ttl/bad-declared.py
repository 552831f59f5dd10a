import redis

client = redis.Redis(socket_timeout=2)


def put(user_id, sku):
    client.hset(f"shop:cart:{{{user_id}}}", "sku", sku)


def put_and_expire(user_id, sku):
    with client.pipeline() as pipe:
        pipe.hset(f"shop:cart:{{{user_id}}}", "sku", sku)
        pipe.expire(f"shop:cart:{{{user_id}}}", 60)
        pipe.execute()
