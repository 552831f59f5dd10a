-- Renews the lease of one of several holders.
-- KEYS[1]  the leases: tokens by the end of their lease
-- ARGV[1]  the token
-- ARGV[2]  the TTL in milliseconds
-- ARGV[3]  the longest TTL in milliseconds
-- Reply    1 where the token has a lease, else 0: it is never added anew
-- Retry    token-protected: a lease is renewed for its holder only
local call = redis.call
local most_ms = tonumber(ARGV[3])
local time = call('TIME')
local now_ms = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
{% include "lua/_lock_leases.lua" %}
if not call('ZSCORE', KEYS[1], ARGV[1]) then
  return 0
end
call('ZADD', KEYS[1], 'XX', now_ms + tonumber(ARGV[2]), ARGV[1])
{% include "lua/_lock_lease_ttl.lua" %}
return 1
