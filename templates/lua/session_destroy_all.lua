-- Ends all sessions of a user, but one where one is to stay.
-- KEYS[1]  the index of the user: a sorted set of digests by when they end
-- ARGV[1]  the digest of the session that stays, or nothing
-- Reply    the digests that were ended; their keys are the caller's to unlink
-- Retry    token-protected: what is over stays over
local call = redis.call
local time = call('TIME')
local now_us = time[1] * 1000000 + time[2]
call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now_us)
local ended = {}
for _, digest in ipairs(call('ZRANGE', KEYS[1], 0, -1)) do
  if digest ~= ARGV[1] then
    ended[#ended + 1] = digest
  end
end
local kept = call('ZRANK', KEYS[1], ARGV[1])
if not kept then
  call('DEL', KEYS[1])
else
  call('ZREMRANGEBYRANK', KEYS[1], kept + 1, -1)
  if kept > 0 then
    call('ZREMRANGEBYRANK', KEYS[1], 0, kept - 1)
  end
end
return ended
