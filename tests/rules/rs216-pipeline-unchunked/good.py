import redis

client = redis.Redis(socket_timeout=2)


def remember(tokens):
    pipe = client.pipeline(transaction=False)
    for number, (user, token) in enumerate(tokens, 1):
        pipe.set(f"token:{user}", token, ex=3_600)
        if number % 1_000 == 0:
            pipe.execute()
    pipe.execute()


def few(user):
    pipe = client.pipeline(transaction=False)
    for kind in ("a", "b"):
        pipe.set(f"{kind}:{user}", 1, ex=3_600)
    pipe.execute()
