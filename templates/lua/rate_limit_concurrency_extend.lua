-- Renews a lease that has not ended; one that has is not taken anew.
-- KEYS[1]  the key, a sorted set: the leases with their ends in microseconds
-- ARGV[1]  the time in microseconds, 0 for the server's own
-- ARGV[2]  the lease's id
-- ARGV[3]  how long it lasts in microseconds
-- Reply    1 if it was renewed, 0 if it had ended
local call = redis.call
{% include "lua/_rate_limit_up.lua" %}
{% include "lua/_rate_limit_now.lua" %}
local ends = call('ZSCORE', KEYS[1], ARGV[2])
if not ends or tonumber(ends) <= now then
  return 0
end
call('ZADD', KEYS[1], 'XX', now + tonumber(ARGV[3]), ARGV[2])
local last = call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
call('PEXPIRE', KEYS[1], math.max(1, up(tonumber(last[2]) - now, 1000)))
return 1
