redis.call('DECR', 'stock:{4711}')
redis.call('INCR', 'reserved:{4711}')
redis.call('INCR', KEYS[1])
return redis.call('GET', KEYS[2])
