-- Adds to a number in a map that holds so many fields at the most, and sets the TTLs.
-- KEYS[1]  the key
-- ARGV[1]  the TTL in milliseconds, 0 for never
-- ARGV[2]  1 where a write renews the TTL, else it is set on a new key only
-- ARGV[3]  how many fields the map may hold, 0 for any number
-- ARGV[4]  the TTL of a field that is new in milliseconds, 0 for none
-- ARGV[5]  HINCRBY or HINCRBYFLOAT
-- ARGV[6]  the field
-- ARGV[7]  what to add
-- Reply    the new value as text, or -1 when the field does not fit
local call = redis.call
local new = call('HEXISTS', KEYS[1], ARGV[6]) == 0
local limit = tonumber(ARGV[3])
if new and limit > 0 and call('HLEN', KEYS[1]) >= limit then
  return -1
end
call(ARGV[5], KEYS[1], ARGV[6], ARGV[7])
if new and ARGV[4] ~= '0' then
  call('HPEXPIRE', KEYS[1], ARGV[4], 'FIELDS', 1, ARGV[6])
end
{% include "lua/_expire.lua" %}
return call('HGET', KEYS[1], ARGV[6])
