-- Adds members to a Bloom filter of Redis's own type that holds so many at the most, and sets its TTL.
-- KEYS[1]  the key
-- ARGV[1]  the TTL in milliseconds, 0 for never
-- ARGV[2]  1 where a write renews the TTL, else it is set on a new key only
-- ARGV[3]  the error rate
-- ARGV[4]  how many members it may hold
-- ARGV[5…] the members
-- Reply    how many were not there, or -1 when they do not fit
local call = redis.call
local capacity = tonumber(ARGV[4])
local count = 0
local there = call('EXISTS', KEYS[1]) == 1
if there then
  -- CAPACITY and ITEMS as an answer of one each: what stands there may be another's, made otherwise
  if call('BF.INFO', KEYS[1], 'CAPACITY')[1] ~= capacity then
    return redis.error_reply('ERR not the declared Bloom filter')
  end
  count = call('BF.INFO', KEYS[1], 'ITEMS')[1]
end
if count + #ARGV - 4 > capacity then
  local size, seen = count, {}
  for i = 5, #ARGV do
    if not seen[ARGV[i]] and call('BF.EXISTS', KEYS[1], ARGV[i]) == 0 then
      size = size + 1
    end
    seen[ARGV[i]] = true
  end
  if size > capacity then
    return -1
  end
end
if not there and #ARGV > 4 then
  call('BF.RESERVE', KEYS[1], ARGV[3], ARGV[4], 'NONSCALING')
end
local added = 0
for first = 5, #ARGV, 1000 do
  for _, new in ipairs(call('BF.MADD', KEYS[1], unpack(ARGV, first, math.min(first + 999, #ARGV)))) do
    added = added + new
  end
end
{% include "lua/_expire.lua" %}
return added
