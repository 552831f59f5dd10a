redis.call('UNLINK', KEYS[1])
redis.call('RPUSH', KEYS[1], unpack(ARGV))
return redis.call('EXPIRE', KEYS[1], 60)
