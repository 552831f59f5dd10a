-- Gives members their scores in a sorted set that holds so many at the most, and sets its TTL.
-- KEYS[1]  the key
-- ARGV[1]  the TTL in milliseconds, 0 for never
-- ARGV[2]  1 where a write renews the TTL, else it is set on a new key only
-- ARGV[3]  how many members the set may hold, 0 for any number
-- ARGV[4]  1 to trim the lowest scores, 0 to refuse what does not fit
-- ARGV[5]  the conditions of ZADD (NX, XX, GT, LT), or nothing
-- ARGV[6…] scores and members in turn
-- Reply    how many were added or changed, or -1 when they do not fit
local call = redis.call
local limit = tonumber(ARGV[3])
local conditions = { 'CH' }
local may_add = true
for word in string.gmatch(ARGV[5], '%u+') do
  conditions[#conditions + 1] = word
  may_add = may_add and word ~= 'XX'
end
if limit > 0 and ARGV[4] == '0' and may_add then
  local size, seen = call('ZCARD', KEYS[1]), {}
  for i = 7, #ARGV, 2 do
    if not seen[ARGV[i]] and not call('ZSCORE', KEYS[1], ARGV[i]) then
      size = size + 1
    end
    seen[ARGV[i]] = true
  end
  if size > limit then
    return -1
  end
end
local changed = 0
for i = 6, #ARGV, 2 do
  local words = { unpack(conditions) }
  words[#words + 1] = ARGV[i]
  words[#words + 1] = ARGV[i + 1]
  changed = changed + call('ZADD', KEYS[1], unpack(words))
end
if limit > 0 and ARGV[4] == '1' then
  call('ZREMRANGEBYRANK', KEYS[1], 0, -limit - 1)
end
{% include "lua/_expire.lua" %}
return changed
