-- Adds members to a set that holds so many at the most, and sets its TTL.
-- KEYS[1]  the key
-- ARGV[1]  the TTL in milliseconds, 0 for never
-- ARGV[2]  1 where a write renews the TTL, else it is set on a new key only
-- ARGV[3]  how many members the set may hold, 0 for any number
-- ARGV[4…] the members
-- Reply    how many are new, or -1 when they do not fit
local call = redis.call
local limit = tonumber(ARGV[3])
local size = limit > 0 and call('SCARD', KEYS[1]) or 0
if limit > 0 and size + #ARGV - 3 > limit then
  local seen = {}
  for i = 4, #ARGV do
    if not seen[ARGV[i]] and call('SISMEMBER', KEYS[1], ARGV[i]) == 0 then
      size = size + 1
    end
    seen[ARGV[i]] = true
  end
  if size > limit then
    return -1
  end
end
local added = 0
for first = 4, #ARGV, 1000 do
  added = added + call('SADD', KEYS[1], unpack(ARGV, first, math.min(first + 999, #ARGV)))
end
{% include "lua/_expire.lua" %}
return added
