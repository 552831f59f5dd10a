-- Takes a mutex for a token, or queues the token among those that wait for it.
-- KEYS[1]  the lock: "<fence>:<token>", or "0:" while it is kept for one that waits
-- KEYS[2]  the fence: the highest number that was given out
-- KEYS[3]  the wake list
-- KEYS[4]  who waits, by the end of its patience
-- KEYS[5]  the token's tomb: there where the token was given up
-- ARGV[1]  the token
-- ARGV[2]  the TTL in milliseconds
-- ARGV[3]  for how many milliseconds it queues where the lock is held, 0 for not at all
-- ARGV[4]  how many milliseconds the fence outlives the lease, 0 for no fence
-- Reply    {1, the fence as text}, {0, the milliseconds that the lock has left}, {-1, 0} for a token given up
-- Retry    token-protected: the token's own lock is found held, with the fence that it got
local call = redis.call
local token, ttl_ms, wait_ms, keep_ms = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
if call('EXISTS', KEYS[5]) == 1 then
  return { -1, 0 }
end
local time = call('TIME')
local now_us = tonumber(time[1]) * 1000000 + tonumber(time[2])
local now_ms = math.floor(now_us / 1000)
local held = call('GET', KEYS[1])
if held then
  local fence, holder = string.match(held, '^(%d+):(.*)$')
  if holder == token then
    call('PEXPIRE', KEYS[1], ttl_ms)
    return { 1, fence }
  end
  if not (held == '0:' and call('ZSCORE', KEYS[4], token)) then
    if wait_ms > 0 then
      call('ZREMRANGEBYSCORE', KEYS[4], '-inf', now_ms)
      call('ZADD', KEYS[4], now_ms + wait_ms, token)
      if call('PTTL', KEYS[4]) < wait_ms then
        call('PEXPIRE', KEYS[4], wait_ms)
      end
    end
    return { 0, call('PTTL', KEYS[1]) }
  end
end
local fence = '1'
if keep_ms > 0 then
  fence = string.format('%.0f', math.max((tonumber(call('GET', KEYS[2])) or 0) + 1, now_us))
end
call('ZREM', KEYS[4], token)
call('DEL', KEYS[3])
if keep_ms > 0 then
  call('SET', KEYS[2], fence, 'PX', keep_ms + ttl_ms)
end
call('SET', KEYS[1], fence .. ':' .. token, 'PX', ttl_ms)
return { 1, fence }
