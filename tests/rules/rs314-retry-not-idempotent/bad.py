import redis
from redis.backoff import ExponentialBackoff
from redis.retry import Retry

client = redis.Redis(socket_timeout=2, retry=Retry(ExponentialBackoff(), 3))
timed = redis.Redis(socket_timeout=2, retry_on_timeout=True)
default = redis.Redis(socket_timeout=2)


def visit(page):
    return client.incr(f"visits:{page}")
