if redis.call('EXISTS', KEYS[1]) == 1 then
  return 0
end
if redis.call('SISMEMBER', KEYS[2], ARGV[1]) ~= 0 and not redis.call('GET', KEYS[3]) then
  return 1
end
local limit = tonumber(ARGV[2])
-- a number that is there either way
local size = limit > 0 and redis.call('SCARD', KEYS[2]) or 0
local count = redis.call('HLEN', KEYS[4]) or 0
if redis.call('ZSCORE', KEYS[5], ARGV[1]) or redis.call('HGET', KEYS[4], ARGV[1]) then
  return size
end
local rank = redis.call('ZRANK', KEYS[5], ARGV[1])
if rank then
  return rank
end
if redis.call('ZADD', KEYS[5], 'XX', 'INCR', 1, ARGV[1]) then
  return 2
end
local exists = false
if ARGV[3] then
  exists = redis.call('EXISTS', KEYS[1]) == 1
end
if exists then
  return count
end
return 3
