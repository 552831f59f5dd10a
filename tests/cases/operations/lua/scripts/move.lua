-- KEYS are checked by the caller.
local there = tonumber(redis.call('GET', KEYS[1]) or '0')
if ARGV[4] == '1' then there = math.min(there, tonumber(ARGV[5])) end
redis.call('DECRBY', KEYS[1], there)
return {there, redis.call('INCRBY', KEYS[2], there)}
