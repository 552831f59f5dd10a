import redis

client = redis.Redis(host="cache.internal", ssl=True, socket_timeout=2)
required = redis.Redis(host="cache.internal", ssl=True, ssl_cert_reqs="required", socket_timeout=2)


def opened(settings):
    return redis.Redis(ssl=True, ssl_cert_reqs=settings.reqs, socket_timeout=2)
