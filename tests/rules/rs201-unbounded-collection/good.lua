redis.call('HSET', KEYS[5], 'name', ARGV[1], 'mail', ARGV[2])
redis.call('HINCRBY', KEYS[5], 'visits', 1)
redis.call('LPUSH', KEYS[1], ARGV[1])
redis.call('LTRIM', KEYS[1], 0, 99)
redis.call('SADD', KEYS[2], ARGV[1])
redis.call('EXPIRE', KEYS[2], 60)
if redis.call('SCARD', KEYS[3]) < 100 then
  redis.call('SADD', KEYS[3], ARGV[1])
end
return redis.call('SADD', KEYS[4], 'one', 'two')
