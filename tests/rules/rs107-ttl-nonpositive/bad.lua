redis.call('SET', KEYS[1], ARGV[1], 'EX', 0)
redis.call('EXPIRE', KEYS[1], -1)
redis.call('PSETEX', KEYS[1], 0, ARGV[1])
return redis.call('GETEX', KEYS[1], 'PX', 0)
