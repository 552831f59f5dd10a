redis.call('DECR', 'stock:4711')
redis.call('INCR', 'reserved:4711')
return 1
