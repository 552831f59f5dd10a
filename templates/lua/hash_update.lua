-- Changes some fields of a record that exists.
-- KEYS[1]  the key
-- ARGV[1]  the TTL in milliseconds, 0 for never
-- ARGV[2]  1 where a write renews the TTL, else it is set only where there is none
-- ARGV[3]  how many of the following are fields and values in turn
-- ARGV[4…] these, then the fields to remove
-- Reply    1, or 0 when there is no record
local call = redis.call
if call('EXISTS', KEYS[1]) == 0 then
  return 0
end
local last = 3 + tonumber(ARGV[3])
if last > 3 then
  call('HSET', KEYS[1], unpack(ARGV, 4, last))
end
if #ARGV > last then
  call('HDEL', KEYS[1], unpack(ARGV, last + 1))
end
{% include "lua/_expire.lua" %}
return 1
