import redis

pool = redis.BlockingConnectionPool(host="cache.internal", socket_timeout=2, max_connections=50)
bounded = redis.ConnectionPool(host="cache.internal", socket_timeout=2, max_connections=50)
by_url = redis.ConnectionPool.from_url("redis://cache.internal?max_connections=50")


def opened(**options):
    return redis.ConnectionPool(**options)
