local ok = redis.call('EXPIRE', KEYS[1], ARGV[1])
if ok == 0 then return nil end
return redis.call('HGETALL', KEYS[1])
