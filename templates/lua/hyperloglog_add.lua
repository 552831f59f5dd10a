-- Counts elements and sets the TTL.
-- KEYS[1]  the key
-- ARGV[1]  the TTL in milliseconds, 0 for never
-- ARGV[2]  1 where a write renews the TTL, else it is set on a new key only
-- ARGV[3…] the elements
-- Reply    1 when the estimate may have changed, else 0
local call = redis.call
local changed = call('PFADD', KEYS[1])
for first = 3, #ARGV, 1000 do
  if call('PFADD', KEYS[1], unpack(ARGV, first, math.min(first + 999, #ARGV))) == 1 then
    changed = 1
  end
end
{% include "lua/_expire.lua" %}
return changed
