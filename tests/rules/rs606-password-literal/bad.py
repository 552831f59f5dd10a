import redis

client = redis.Redis(host="cache.internal", password="hunter2-prod", socket_timeout=2)
by_url = redis.from_url("redis://:hunter2-prod@cache.internal/0", socket_timeout=2)
