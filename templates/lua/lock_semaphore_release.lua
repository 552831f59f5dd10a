-- Gives a semaphore's permit back, or up: a token that was given up never gets one.
-- KEYS[1]  the leases: tokens by the end of their lease
-- KEYS[2]  the wake list
-- KEYS[3]  the token's tomb
-- ARGV[1]  the token
-- ARGV[2]  for how many milliseconds a late acquire of the token is refused, 0 for not at all
-- ARGV[3]  how many permits there are
-- Reply    1 where the token had a permit, else 0
-- Retry    token-protected: others' permits are left alone
local call = redis.call
local token, tomb_ms = ARGV[1], tonumber(ARGV[2])
local time = call('TIME')
local now_ms = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
-- what frees memory comes first: then a full server refuses none of the rest
call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now_ms)
local own = call('ZREM', KEYS[1], token)
if tomb_ms > 0 then
  call('SET', KEYS[3], '1', 'PX', tomb_ms)
end
-- one for each free permit: one for each release would be lost where two come together
local free = tonumber(ARGV[3]) - call('ZCARD', KEYS[1])
for _ = call('LLEN', KEYS[2]) + 1, free do
  call('LPUSH', KEYS[2], '1')
end
call('PEXPIRE', KEYS[2], 10000)
return own
