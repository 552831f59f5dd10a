-- Tells whether a member may have been added to a Bloom filter of Redis's own type.
-- KEYS[1]  the key
-- ARGV[1]  the TTL in milliseconds where a read renews it, else 0
-- ARGV[2]  1, as where a write renews it
-- ARGV[3]  the member
-- Reply    1 or 0
local call = redis.call
-- BF.EXISTS answers 0 for a key of another type; this fails there
call('BF.CARD', KEYS[1])
{% include "lua/_expire.lua" %}
return call('BF.EXISTS', KEYS[1], ARGV[3]) == 1 and 1 or 0
