-- Says what a take would answer, and takes nothing.
-- KEYS[1]  the key, a sorted set: the leases with their ends in microseconds
-- ARGV[1]  the time in microseconds, 0 for the server's own
-- ARGV[2]  the lease's id; nothing here
-- ARGV[3]  how long a lease lasts in microseconds
-- ARGV[4]  how many leases there may be at once
-- Reply    1 if it would be admitted, how many are left, microseconds until one ends, until all have
local call = redis.call
{% include "lua/_rate_limit_now.lua" %}
local latest = now + tonumber(ARGV[3])
local count = call('ZCOUNT', KEYS[1], string.format('(%.0f', now), '+inf')
local most = tonumber(ARGV[4])
local admitted, wait = 1, 0
if count >= most then
  admitted = 0
  local leaving = call('ZRANGE', KEYS[1], -most, -most, 'WITHSCORES')
  wait = math.min(tonumber(leaving[2]) or now, latest) - now
end
local ends = call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
local last = math.max(now, math.min(tonumber(ends[2]) or now, latest))
return { admitted, math.max(0, most - count), wait, last - now }
