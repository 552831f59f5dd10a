local members = redis.call('SMEMBERS', KEYS[1])
local items = redis.call('LRANGE', KEYS[2], 0, -1)
return { #members, #items }
