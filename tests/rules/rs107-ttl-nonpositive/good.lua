redis.call('SET', KEYS[1], ARGV[1], 'EX', 10)
redis.call('EXPIRE', KEYS[1], ARGV[2])
return redis.call('SETEX', KEYS[1], 5, ARGV[1])
