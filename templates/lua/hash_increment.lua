-- Adds to a number in a record that exists.
-- KEYS[1]  the key
-- ARGV[1]  the TTL in milliseconds, 0 for never
-- ARGV[2]  1 where a write renews the TTL, else it is set only where there is none
-- ARGV[3]  HINCRBY or HINCRBYFLOAT
-- ARGV[4]  the field
-- ARGV[5]  what to add
-- Reply    the new value as text, or nil when there is no record
local call = redis.call
if call('EXISTS', KEYS[1]) == 0 then
  return false
end
call(ARGV[3], KEYS[1], ARGV[4], ARGV[5])
{% include "lua/_expire.lua" %}
return call('HGET', KEYS[1], ARGV[4])
