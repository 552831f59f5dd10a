-- Stores fields of a map that holds so many at the most, and sets the TTLs.
-- KEYS[1]  the key
-- ARGV[1]  the TTL in milliseconds, 0 for never
-- ARGV[2]  1 where a write renews the TTL, else it is set on a new key only
-- ARGV[3]  how many fields the map may hold, 0 for any number
-- ARGV[4]  the TTL of each written field in milliseconds, 0 for none
-- ARGV[5…] fields and values in turn
-- Reply    how many fields are new, or -1 when they do not fit
local call = redis.call
local limit = tonumber(ARGV[3])
local size = limit > 0 and call('HLEN', KEYS[1]) or 0
if limit > 0 and size + (#ARGV - 4) / 2 > limit then
  local seen = {}
  for i = 5, #ARGV, 2 do
    if not seen[ARGV[i]] and call('HEXISTS', KEYS[1], ARGV[i]) == 0 then
      size = size + 1
    end
    seen[ARGV[i]] = true
  end
  if size > limit then
    return -1
  end
end
local added = 0
for first = 5, #ARGV, 1000 do
  added = added + call('HSET', KEYS[1], unpack(ARGV, first, math.min(first + 999, #ARGV)))
end
if ARGV[4] ~= '0' then
  for i = 5, #ARGV, 2 do
    call('HPEXPIRE', KEYS[1], ARGV[4], 'FIELDS', 1, ARGV[i])
  end
end
{% include "lua/_expire.lua" %}
return added
