-- Begins a run, or says why there is none to begin: done, in flight, or another request.
-- KEYS[1]  the record
-- ARGV[1]  how long the record is kept, in milliseconds
-- ARGV[2]  how long a run has before another may take over, in milliseconds
-- ARGV[3]  the run's token
-- ARGV[4]  the request's fingerprint
-- Reply    {1, attempt}: begun; {2, attempt, result}: done before; {3, attempt, ms}: in flight, for so
--          long at most; {4}: the record is of a request with another fingerprint
-- Retry    token-protected: a run that has begun already is given its lease again
local call = redis.call
local time = call('TIME')
local now_us = time[1] * 1000000 + time[2]
local lease_ms = tonumber(ARGV[2])
local attempt = 1
local found = call('HMGET', KEYS[1], 'token', 'fingerprint', 'until', 'lease', 'attempt')
if found[1] then
  if found[2] ~= ARGV[4] then
    return { 4 }
  end
  attempt = tonumber(found[5]) or 1
  local result = call('HGET', KEYS[1], 'result')
  if result then
    return { 2, attempt, result }
  end
  if found[1] ~= ARGV[3] then
    local left_us = (tonumber(found[3]) or 0) - now_us
    local most_us = (tonumber(found[4]) or 0) * 1000
    if left_us > most_us then
      -- The clock stepped back: without this the lease would last until it has caught up.
      left_us = most_us
      call('HSET', KEYS[1], 'until', string.format('%.0f', now_us + left_us))
    end
    if left_us > 0 then
      return { 3, attempt, math.ceil(left_us / 1000) }
    end
    attempt = attempt + 1
  end
end
call('HSET', KEYS[1], 'token', ARGV[3], 'fingerprint', ARGV[4], 'attempt', attempt,
  'until', string.format('%.0f', now_us + lease_ms * 1000), 'lease', ARGV[2])
call('PEXPIRE', KEYS[1], math.max(tonumber(ARGV[1]), lease_ms))
return { 1, attempt }
