-- Puts items at the head of a list that holds so many at the most, and sets its TTL.
-- KEYS[1]  the key
-- ARGV[1]  the TTL in milliseconds, 0 for never
-- ARGV[2]  1 where a write renews the TTL, else it is set on a new key only
-- ARGV[3]  how many items the list may hold, 0 for any number
-- ARGV[4]  1 to trim the oldest, 0 to refuse what does not fit
-- ARGV[5…] the items
-- Reply    the length, or -1 when they do not fit
local call = redis.call
local limit = tonumber(ARGV[3])
local length = call('LLEN', KEYS[1])
if limit > 0 and ARGV[4] == '0' and length + #ARGV - 4 > limit then
  return -1
end
for first = 5, #ARGV, 1000 do
  length = call('LPUSH', KEYS[1], unpack(ARGV, first, math.min(first + 999, #ARGV)))
end
if limit > 0 and ARGV[4] == '1' and length > limit then
  call('LTRIM', KEYS[1], 0, limit - 1)
  length = limit
end
{% include "lua/_expire.lua" %}
return length
