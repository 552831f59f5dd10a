redis.call('HSET', KEYS[1], 'sku', ARGV[1])
if ARGV[2] ~= '0' then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
-- only where it is there already
if redis.call('EXISTS', KEYS[2]) == 1 then
  redis.call('INCR', KEYS[2])
end
redis.call('LPUSHX', KEYS[3], ARGV[1])
redis.call('SET', KEYS[4], ARGV[1], 'XX')
-- scratch
redis.call('SADD', KEYS[5], ARGV[1])
local n = redis.call('SCARD', KEYS[5])
redis.call('DEL', KEYS[5])
return n
