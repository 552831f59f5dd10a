-- Counts the members that were added to a Bloom filter.
-- KEYS[1]  the key
-- ARGV[1]  the TTL in milliseconds where a read renews it, else 0
-- ARGV[2]  1, as where a write renews it
-- ARGV[3]  how many bits it has, a multiple of 8
-- ARGV[4]  how many of them each member sets
-- Reply    how many there were
local call = redis.call
{% include "lua/_bloom_filter_open.lua" %}
{% include "lua/_expire.lua" %}
return count
