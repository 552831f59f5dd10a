redis.call('HSET', ARGV[1], 'state', ARGV[2])
redis.call('EXPIRE', ARGV[1], 60)
return 1
