-- Adds to a counter and sets its TTL.
-- KEYS[1]  the key
-- ARGV[1]  the TTL in milliseconds, 0 for never
-- ARGV[2]  1 where a write renews the TTL, else it is set on a new key only
-- ARGV[3]  what to add
-- Reply    the new count as text (a Lua number would lose digits past 2^53)
local call = redis.call
call('INCRBY', KEYS[1], ARGV[3])
{% include "lua/_expire.lua" %}
return call('GET', KEYS[1])
