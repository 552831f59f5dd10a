import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

client = redis.Redis(socket_timeout=2, retry=Retry(NoBackoff(), 0))
pooled = redis.Redis.from_url("redis://cache.internal", socket_timeout=2)


def visit(page):
    return client.incr(f"visits:{page}")
