redis.call('FLUSHDB')
return 1
