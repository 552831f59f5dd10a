import os

import redis

client = redis.Redis(password=os.environ["REDIS_PASSWORD"], socket_timeout=2)
none = redis.Redis(password=None, socket_timeout=2)
empty = redis.Redis(password="", socket_timeout=2)
by_url = redis.from_url("redis://cache.internal/0", socket_timeout=2)
formed = redis.from_url(f"redis://:{os.environ['REDIS_PASSWORD']}@cache.internal/0")
user = redis.from_url("redis://reader@cache.internal/0")
