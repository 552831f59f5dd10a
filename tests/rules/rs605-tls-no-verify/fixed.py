import ssl

import redis

client = redis.Redis(host="cache.internal", ssl=True, ssl_cert_reqs="required", socket_timeout=2)
named = redis.Redis(host="cache.internal", ssl=True, ssl_cert_reqs="required", socket_timeout=2)
constant = redis.Redis(ssl=True, ssl_cert_reqs="required", socket_timeout=2)
host = redis.Redis(host="cache.internal", ssl=True, ssl_check_hostname=True, socket_timeout=2)
by_url = redis.from_url("rediss://cache.internal?ssl_cert_reqs=none")
