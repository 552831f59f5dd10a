-- Records the result of a run, late or not, unless another run's is recorded or under way.
-- KEYS[1]  the record
-- ARGV[1]  how long the record is kept, in milliseconds
-- ARGV[2]  the run's token
-- ARGV[3]  the request's fingerprint
-- ARGV[4]  the run's attempt
-- ARGV[5]  the result
-- Reply    {1, attempt}: recorded; {2, attempt, result}: this one is recorded already; {3, attempt, ms}:
--          another run has taken over, its lease has so long; {4}: another request has the key now
-- Retry    token-protected: a run's first result stays
local call = redis.call
local found = call('HMGET', KEYS[1], 'token', 'fingerprint', 'until', 'attempt', 'result')
if found[1] then
  if found[2] ~= ARGV[3] then
    return { 4 }
  end
  local attempt = tonumber(found[4]) or 1
  if found[5] then
    return { 2, attempt, found[5] }
  end
  if found[1] ~= ARGV[2] then
    local time = call('TIME')
    local left_us = (tonumber(found[3]) or 0) - time[1] * 1000000 - time[2]
    return { 3, attempt, math.max(0, math.ceil(left_us / 1000)) }
  end
end
call('HSET', KEYS[1], 'token', ARGV[2], 'fingerprint', ARGV[3], 'attempt', ARGV[4], 'result', ARGV[5])
call('PEXPIRE', KEYS[1], ARGV[1])
return { 1, tonumber(ARGV[4]) }
