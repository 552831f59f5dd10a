redis.call('XADD', KEYS[2], 'NOMKSTREAM', 'MAXLEN', '~', 100000, '*', 'order_id', ARGV[1])
return redis.call('XADD', KEYS[1], 'MAXLEN', '~', 100000, '*', 'order_id', ARGV[1])
