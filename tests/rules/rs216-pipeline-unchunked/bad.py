import redis

client = redis.Redis(socket_timeout=2)


def remember(tokens):
    pipe = client.pipeline(transaction=False)
    for user, token in tokens:
        pipe.set(f"token:{user}", token, ex=3_600)
    pipe.execute()
