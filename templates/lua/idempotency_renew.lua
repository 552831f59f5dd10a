-- Gives a run its lease again.
-- KEYS[1]  the record
-- ARGV[1]  how long a run has before another may take over, in milliseconds
-- ARGV[2]  the run's token
-- Reply    1, or 0 when the run is done, or another has taken over
-- Retry    token-protected
local call = redis.call
local found = call('HMGET', KEYS[1], 'token', 'result')
if found[1] ~= ARGV[2] or found[2] then
  return 0
end
local time = call('TIME')
local now_us = time[1] * 1000000 + time[2]
local lease_ms = tonumber(ARGV[1])
call('HSET', KEYS[1], 'until', string.format('%.0f', now_us + lease_ms * 1000), 'lease', ARGV[1])
call('PEXPIRE', KEYS[1], math.max(call('PTTL', KEYS[1]), lease_ms))
return 1
