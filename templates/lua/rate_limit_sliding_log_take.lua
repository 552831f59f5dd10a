-- Takes from all limits of a subject, or from none: every admission of the longest period is kept.
-- KEYS[1]  the key, a sorted set: `request:1`, `request:2` … with the time of admission in microseconds
-- ARGV[1]  the time in microseconds, 0 for the server's own
-- ARGV[2]  the cost
-- ARGV[3]  the request id; one that was admitted already is admitted again, and counts once
-- ARGV[4]  the longest period in microseconds
-- ARGV[5…] for each limit: period in microseconds, amount in a period
-- Reply    1 if admitted, then for each limit: what is left, microseconds to wait, microseconds to none counted
local call = redis.call
{% include "lua/_rate_limit_up.lua" %}
{% include "lua/_rate_limit_now.lua" %}
local longest = tonumber(ARGV[4])
-- What a clock that stepped back left in the future is taken for now, or it would deny for long.
local ahead = call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
while ahead[2] and tonumber(ahead[2]) > now do
  call('ZADD', KEYS[1], 'XX', now, ahead[1])
  call('PEXPIRE', KEYS[1], up(longest, 1000))
  ahead = call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
end
call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - longest)
local cost = tonumber(ARGV[2])
local again = call('ZSCORE', KEYS[1], ARGV[3] .. ':1')
if again then
  cost = 0
end
{% include "lua/_rate_limit_log.lua" %}
if again then
  reply[1] = 1
end
local taken = reply[1] * cost
for i = 1, taken do
  call('ZADD', KEYS[1], now, ARGV[3] .. ':' .. i)
end
if taken > 0 then
  call('PEXPIRE', KEYS[1], up(longest, 1000))
end
{% include "lua/_rate_limit_log_left.lua" %}
return reply
