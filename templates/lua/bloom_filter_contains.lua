-- Tells whether a member may have been added to a Bloom filter.
-- KEYS[1]  the key
-- ARGV[1]  the TTL in milliseconds where a read renews it, else 0
-- ARGV[2]  1, as where a write renews it
-- ARGV[3]  how many bits it has, a multiple of 8
-- ARGV[4]  how many of them each member sets
-- ARGV[5]  the member
-- Reply    1 or 0
local call = redis.call
{% include "lua/_bloom_filter_open.lua" %}
{% include "lua/_bloom_filter_places.lua" %}
{% include "lua/_bloom_filter_holds.lua" %}
{% include "lua/_expire.lua" %}
return count > 0 and holds(ARGV[5]) and 1 or 0
