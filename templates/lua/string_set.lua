-- Stores a value; one that replaces another keeps the time that was left.
-- KEYS[1]  the key
-- ARGV[1]  the TTL in milliseconds of a key that is new
-- ARGV[2]  unused
-- ARGV[3]  the value
-- ARGV[4]  NX or XX, or nothing
-- Reply    OK, or nil when NX or XX kept it from being stored
local call = redis.call
local condition = ARGV[4]
local left = call('PTTL', KEYS[1])
if condition == 'NX' and left ~= -2 or condition == 'XX' and left == -2 then
  return false
end
if left > 0 then
  return call('SET', KEYS[1], ARGV[3], 'KEEPTTL')
end
return call('SET', KEYS[1], ARGV[3], 'PX', ARGV[1])
