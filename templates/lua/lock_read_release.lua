-- Ends a reader's part in a read_write lock, or its waiting: a token that was given up never gets it.
-- KEYS[1]  the readers: tokens by the end of their lease
-- KEYS[2]  the writer: "<fence>:<token>", or "0:" while readers that waited have their turn
-- KEYS[3]  the writers' wake list
-- KEYS[4]  the readers' wake list
-- KEYS[5]  which writers wait, by the end of their patience
-- KEYS[6]  which readers wait, likewise
-- KEYS[7]  the token's tomb
-- ARGV[1]  the token
-- ARGV[2]  for how many milliseconds a late acquire of the token is refused, 0 for not at all
-- Reply    1 where the token was a reader, else 0
-- Retry    token-protected: others' leases are left alone
local call = redis.call
local token, tomb_ms, wrote = ARGV[1], tonumber(ARGV[2]), false
local time = call('TIME')
local now_ms = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
-- what frees memory comes first: then a full server refuses none of the rest
call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now_ms)
local own = call('ZREM', KEYS[1], token)
call('ZREM', KEYS[6], token)
if tomb_ms > 0 then
  call('SET', KEYS[7], '1', 'PX', tomb_ms)
end
{% include "lua/_lock_wake.lua" %}
return own
