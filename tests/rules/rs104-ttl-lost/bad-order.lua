redis.call('EXPIRE', KEYS[1], 60)
redis.call('SET', KEYS[1], ARGV[1])
return redis.call('GETSET', KEYS[1], ARGV[2])
