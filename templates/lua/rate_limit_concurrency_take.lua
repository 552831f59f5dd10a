-- Takes a lease of a subject where so many at once leave room for it, or renews the lease.
-- KEYS[1]  the key, a sorted set: the leases with their ends in microseconds
-- ARGV[1]  the time in microseconds, 0 for the server's own
-- ARGV[2]  the lease's id
-- ARGV[3]  how long it lasts in microseconds
-- ARGV[4]  how many leases there may be at once
-- Reply    1 if admitted, how many are left, microseconds until one ends, microseconds until all have
local call = redis.call
{% include "lua/_rate_limit_up.lua" %}
{% include "lua/_rate_limit_now.lua" %}
local latest = now + tonumber(ARGV[3])
-- What a clock that stepped back left beyond any lease is taken for a whole one.
local last = call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
while last[2] and tonumber(last[2]) > latest do
  call('ZADD', KEYS[1], 'XX', latest, last[1])
  last = call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
end
call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local count = call('ZCARD', KEYS[1])
local most = tonumber(ARGV[4])
local admitted, wait = 0, 0
if call('ZSCORE', KEYS[1], ARGV[2]) then
  admitted = 1
elseif count < most then
  admitted = 1
  count = count + 1
end
if admitted == 1 then
  call('ZADD', KEYS[1], latest, ARGV[2])
  call('PEXPIRE', KEYS[1], up(latest - now, 1000))
else
  -- Where a call asks for fewer than there are, several have to end.
  local leaving = call('ZRANGE', KEYS[1], count - most, count - most, 'WITHSCORES')
  wait = (tonumber(leaving[2]) or now) - now
end
local ends = call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
return { admitted, math.max(0, most - count), wait, (tonumber(ends[2]) or now) - now }
