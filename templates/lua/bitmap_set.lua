-- Sets or clears a bit and sets the TTL.
-- KEYS[1]  the key
-- ARGV[1]  the TTL in milliseconds, 0 for never
-- ARGV[2]  1 where a write renews the TTL, else it is set on a new key only
-- ARGV[3]  the offset
-- ARGV[4]  1 or 0
-- Reply    the bit before
local call = redis.call
local before = call('SETBIT', KEYS[1], ARGV[3], ARGV[4])
{% include "lua/_expire.lua" %}
return before
