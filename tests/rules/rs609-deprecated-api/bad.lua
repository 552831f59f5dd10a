redis.call('SETEX', KEYS[1], 60, ARGV[1])
return redis.call('RPOPLPUSH', KEYS[2], KEYS[3])
