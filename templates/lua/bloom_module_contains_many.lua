-- Tells of each member whether it may have been added to a Bloom filter of Redis's own type.
-- KEYS[1]  the key
-- ARGV[1]  the TTL in milliseconds where a read renews it, else 0
-- ARGV[2]  1, as where a write renews it
-- ARGV[3…] the members
-- Reply    1 or 0 for each
local call = redis.call
-- BF.MEXISTS answers 0 for a key of another type; this fails there
call('BF.CARD', KEYS[1])
{% include "lua/_expire.lua" %}
local answers = {}
for first = 3, #ARGV, 1000 do
  for _, found in ipairs(call('BF.MEXISTS', KEYS[1], unpack(ARGV, first, math.min(first + 999, #ARGV)))) do
    answers[#answers + 1] = found
  end
end
return answers
