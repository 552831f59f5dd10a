local key = KEYS[1]
redis.call('HSET', key, 'name', ARGV[1])
redis.call('SADD', key, ARGV[2])
redis.call('EXPIRE', key, 60)
return 1
