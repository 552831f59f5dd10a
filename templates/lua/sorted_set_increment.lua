-- Adds to a member's score in a sorted set that holds so many at the most, and sets its TTL.
-- KEYS[1]  the key
-- ARGV[1]  the TTL in milliseconds, 0 for never
-- ARGV[2]  1 where a write renews the TTL, else it is set on a new key only
-- ARGV[3]  how many members the set may hold, 0 for any number
-- ARGV[4]  1 to trim the lowest scores, 0 to refuse what does not fit
-- ARGV[5]  what to add
-- ARGV[6]  the member
-- Reply    the new score as text, or -1 when the member does not fit
local call = redis.call
local limit = tonumber(ARGV[3])
if limit > 0 and ARGV[4] == '0' and call('ZCARD', KEYS[1]) >= limit then
  if not call('ZSCORE', KEYS[1], ARGV[6]) then
    return -1
  end
end
local score = call('ZINCRBY', KEYS[1], ARGV[5], ARGV[6])
if limit > 0 and ARGV[4] == '1' then
  call('ZREMRANGEBYRANK', KEYS[1], 0, -limit - 1)
end
{% include "lua/_expire.lua" %}
return score
