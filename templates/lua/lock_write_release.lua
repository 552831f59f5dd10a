-- Ends a writer's hold on a read_write lock, or its waiting: a token that was given up never gets it.
-- KEYS[1]  the readers: tokens by the end of their lease
-- KEYS[2]  the writer: "<fence>:<token>", or "0:" while readers that waited have their turn
-- KEYS[3]  the writers' wake list
-- KEYS[4]  the readers' wake list
-- KEYS[5]  which writers wait, by the end of their patience
-- KEYS[6]  which readers wait, likewise
-- KEYS[7]  the token's tomb
-- ARGV[1]  the token
-- ARGV[2]  for how many milliseconds a late acquire of the token is refused, 0 for not at all
-- Reply    1 where the token was the writer, else 0
-- Retry    token-protected: another's lock is left alone
local call = redis.call
local token, tomb_ms = ARGV[1], tonumber(ARGV[2])
local time = call('TIME')
local now_ms = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local wrote = string.match(call('GET', KEYS[2]) or '', '^%d+:(.*)$') == token
-- what frees memory comes first: then a full server refuses none of the rest
call('ZREM', KEYS[5], token)
if wrote then
  call('DEL', KEYS[2])
end
if tomb_ms > 0 then
  call('SET', KEYS[7], '1', 'PX', tomb_ms)
end
call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now_ms)
{% include "lua/_lock_wake.lua" %}
return wrote and 1 or 0
