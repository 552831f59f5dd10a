-- Takes a read_write lock for writing, or queues the token among the writers that wait.
-- KEYS[1]  the readers: tokens by the end of their lease
-- KEYS[2]  the writer: "<fence>:<token>", or "0:" while readers that waited have their turn
-- KEYS[3]  the writers' wake list
-- KEYS[4]  the readers' wake list
-- KEYS[5]  which writers wait, by the end of their patience
-- KEYS[6]  which readers wait, likewise
-- KEYS[7]  the token's tomb: there where the token was given up
-- KEYS[8]  the fence: the highest number that was given out
-- ARGV[1]  the token
-- ARGV[2]  the TTL in milliseconds
-- ARGV[3]  for how many milliseconds it queues where it must wait, 0 for not at all
-- ARGV[4]  the longest TTL in milliseconds
-- ARGV[5]  how many milliseconds the fence outlives the lease, 0 for no fence
-- Reply    {1, the fence as text}, {0, the milliseconds until a lease ends}, {-1, 0} for a token given up
-- Retry    token-protected: the token's own lock is found held, with the fence that it got
local call = redis.call
local token, ttl_ms, wait_ms = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local most_ms, keep_ms = tonumber(ARGV[4]), tonumber(ARGV[5])
if call('EXISTS', KEYS[7]) == 1 then
  return { -1, 0 }
end
local time = call('TIME')
local now_us = tonumber(time[1]) * 1000000 + tonumber(time[2])
local now_ms = math.floor(now_us / 1000)
local held = call('GET', KEYS[2])
local fence, holder = string.match(held or '', '^(%d+):(.*)$')
if holder == token then
  call('PEXPIRE', KEYS[2], ttl_ms)
  return { 1, fence }
end
{% include "lua/_lock_leases.lua" %}
local reader = call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
if reader[1] then
  -- as long as the lease that ends last
  local last = call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  call('PEXPIRE', KEYS[1], math.max(1, tonumber(last[2]) - now_ms))
end
if held or reader[1] then
  if wait_ms > 0 then
    call('ZREMRANGEBYSCORE', KEYS[5], '-inf', now_ms)
    call('ZADD', KEYS[5], now_ms + wait_ms, token)
    if call('PTTL', KEYS[5]) < wait_ms then
      call('PEXPIRE', KEYS[5], wait_ms)
    end
  end
  return { 0, held and call('PTTL', KEYS[2]) or math.max(1, tonumber(reader[2]) - now_ms) }
end
fence = '1'
if keep_ms > 0 then
  fence = string.format('%.0f', math.max((tonumber(call('GET', KEYS[8])) or 0) + 1, now_us))
end
call('ZREM', KEYS[5], token)
call('DEL', KEYS[3])
if keep_ms > 0 then
  call('SET', KEYS[8], fence, 'PX', keep_ms + ttl_ms)
end
call('SET', KEYS[2], fence .. ':' .. token, 'PX', ttl_ms)
return { 1, fence }
