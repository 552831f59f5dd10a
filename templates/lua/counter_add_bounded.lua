-- Adds to a counter that has a floor and a ceiling, and sets its TTL.
-- KEYS[1]  the key
-- ARGV[1]  the TTL in milliseconds, 0 for never
-- ARGV[2]  1 where a write renews the TTL, else it is set on a new key only
-- ARGV[3]  what to add
-- ARGV[4]  the floor (within 2^53, where Lua's numbers are exact)
-- ARGV[5]  the ceiling (likewise)
-- Reply    the new count as text, or {the count as text} when it would leave the bounds
local call = redis.call
local before = call('GET', KEYS[1]) or '0'
if not tonumber(before) then
  return redis.error_reply('ERR value is not an integer or out of range')
end
local after = tonumber(before) + tonumber(ARGV[3])
if after < tonumber(ARGV[4]) or after > tonumber(ARGV[5]) then
  return { before }
end
call('INCRBY', KEYS[1], ARGV[3])
{% include "lua/_expire.lua" %}
return call('GET', KEYS[1])
