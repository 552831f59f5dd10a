local limit = tonumber(KEYS[2])
local n = redis.call('INCR', KEYS[1])
redis.call('EXPIRE', KEYS[1], 60)
return n > limit
