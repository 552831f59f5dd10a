-- Takes a read_write lock for reading, or queues the token among the readers that wait.
-- KEYS[1]  the readers: tokens by the end of their lease
-- KEYS[2]  the writer: "<fence>:<token>", or "0:" while readers that waited have their turn
-- KEYS[3]  the writers' wake list
-- KEYS[4]  the readers' wake list
-- KEYS[5]  which writers wait, by the end of their patience
-- KEYS[6]  which readers wait, likewise
-- KEYS[7]  the token's tomb: there where the token was given up
-- ARGV[1]  the token
-- ARGV[2]  the TTL in milliseconds
-- ARGV[3]  for how many milliseconds it queues where it must wait, 0 for not at all
-- ARGV[4]  the longest TTL in milliseconds
-- Reply    {1, 0}, {0, the milliseconds that the writer has left, -1 for unknown}, {-1, 0} for a token given up
-- Retry    token-protected: the token's own lease is renewed
local call = redis.call
local token, ttl_ms, wait_ms, most_ms = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
if call('EXISTS', KEYS[7]) == 1 then
  return { -1, 0 }
end
local time = call('TIME')
local now_ms = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
{% include "lua/_lock_leases.lua" %}
call('ZREMRANGEBYSCORE', KEYS[5], '-inf', now_ms)
call('ZREMRANGEBYSCORE', KEYS[6], '-inf', now_ms)
local lock = call('GET', KEYS[2])
-- while readers that waited have their turn, 50 ms at the most, others may join them
local waits = lock ~= '0:' and (lock or call('EXISTS', KEYS[5]) == 1)
if waits and not call('ZSCORE', KEYS[1], token) then
  if wait_ms > 0 then
    call('ZADD', KEYS[6], now_ms + wait_ms, token)
    if call('PTTL', KEYS[6]) < wait_ms then
      call('PEXPIRE', KEYS[6], wait_ms)
    end
  end
  if not lock and call('EXISTS', KEYS[1]) == 0 and call('EXISTS', KEYS[3]) == 0 then
    -- nobody is in: the writer that this one makes way for is to know it
    call('LPUSH', KEYS[3], '1')
    call('PEXPIRE', KEYS[3], 10000)
  end
  return { 0, lock and call('PTTL', KEYS[2]) or -1 }
end
call('ZADD', KEYS[1], now_ms + ttl_ms, token)
{% include "lua/_lock_lease_ttl.lua" %}
call('ZREM', KEYS[6], token)
if call('EXISTS', KEYS[6]) == 0 then
  -- the turn is over: all that waited read
  call('DEL', KEYS[4])
  if lock == '0:' then
    call('DEL', KEYS[2])
  end
end
return { 1, 0 }
