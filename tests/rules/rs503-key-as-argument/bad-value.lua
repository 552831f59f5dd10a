redis.call('SET', KEYS[1], KEYS[2], 'EX', ARGV[1])
return 1
