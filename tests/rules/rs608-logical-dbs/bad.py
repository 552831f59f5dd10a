import redis

cache = redis.Redis(db=0, socket_timeout=2)
queue = redis.from_url("redis://cache.internal/1", socket_timeout=2)
