return redis.call('CONFIG', 'SET', 'maxmemory', ARGV[1])
