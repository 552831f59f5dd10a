import redis

client = redis.Redis(socket_timeout=2)


PAGE_TTL = 3_600


def warm(pages):
    pipe = client.pipeline(transaction=False)
    for page, text in pages:
        pipe.set(f"page:{page}", text, ex=PAGE_TTL)
    pipe.execute()
