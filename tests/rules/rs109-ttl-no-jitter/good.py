import redis

client = redis.Redis(socket_timeout=2)


import random


def warm(pages):
    pipe = client.pipeline(transaction=False)
    for page, text in pages:
        pipe.set(f"page:{page}", text, ex=random.randint(3_240, 3_600))
    pipe.execute()


def one(page, text):
    client.set(f"page:{page}", text, ex=3_600)


def given(pages):
    pipe = client.pipeline(transaction=False)
    for page, text, ttl in pages:
        pipe.set(f"page:{page}", text, ex=ttl)
    pipe.execute()
