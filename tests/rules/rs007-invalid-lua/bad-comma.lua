local key = KEYS[1]
redis.call('SET', key ARGV[1], 'EX', 60)
return 1
