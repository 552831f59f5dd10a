redis.call('BF.ADD', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], 60000)
return redis.call('SISMEMBER', KEYS[1], ARGV[2])
