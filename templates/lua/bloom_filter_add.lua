-- Adds members to a Bloom filter that holds so many at the most, and sets its TTL.
-- KEYS[1]  the key
-- ARGV[1]  the TTL in milliseconds, 0 for never
-- ARGV[2]  1 where a write renews the TTL, else it is set on a new key only
-- ARGV[3]  how many bits it has, a multiple of 8
-- ARGV[4]  how many of them each member sets
-- ARGV[5]  how many members it may hold
-- ARGV[6…] the members
-- Reply    how many were not there, or -1 when they do not fit
local call = redis.call
{% include "lua/_bloom_filter_open.lua" %}
{% include "lua/_bloom_filter_places.lua" %}
{% include "lua/_bloom_filter_holds.lua" %}
local capacity = tonumber(ARGV[5])
if count + #ARGV - 5 > capacity then
  local size, seen = count, {}
  for i = 6, #ARGV do
    if not seen[ARGV[i]] and not holds(ARGV[i]) then
      size = size + 1
    end
    seen[ARGV[i]] = true
  end
  if size > capacity then
    return -1
  end
end
if behind == '' and #ARGV > 5 then
  -- the whole of it at once, not piece by piece
  call('SETRANGE', KEYS[1], bits / 8, label .. '0000000000')
end
local added = 0
for i = 6, #ARGV do
  local new = 0
  for _, place in ipairs(places(ARGV[i])) do
    if call('SETBIT', KEYS[1], place, 1) == 0 then
      new = 1
    end
  end
  added = added + new
end
if added > 0 then
  call('SETRANGE', KEYS[1], bits / 8, label .. string.format('%010d', count + added))
end
{% include "lua/_expire.lua" %}
return added
