import redis

pool = redis.ConnectionPool(host="cache.internal", socket_timeout=2)
by_url = redis.ConnectionPool.from_url("redis://cache.internal", socket_timeout=2)
