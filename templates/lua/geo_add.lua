-- Puts a member at a place in an index that holds so many at the most, and sets its TTL.
-- KEYS[1]  the key
-- ARGV[1]  the TTL in milliseconds, 0 for never
-- ARGV[2]  1 where a write renews the TTL, else it is set on a new key only
-- ARGV[3]  how many members the index may hold, 0 for any number
-- ARGV[4]  the longitude
-- ARGV[5]  the latitude
-- ARGV[6]  the member
-- Reply    1 when it is new or has moved, 0 when not, -1 when it does not fit
local call = redis.call
local limit = tonumber(ARGV[3])
if limit > 0 and call('ZCARD', KEYS[1]) >= limit and not call('ZSCORE', KEYS[1], ARGV[6]) then
  return -1
end
local changed = call('GEOADD', KEYS[1], 'CH', ARGV[4], ARGV[5], ARGV[6])
{% include "lua/_expire.lua" %}
return changed
