-- Takes one of a semaphore's permits for a token.
-- KEYS[1]  the leases: tokens by the end of their lease
-- KEYS[2]  the wake list
-- KEYS[3]  the token's tomb: there where the token was given up
-- ARGV[1]  the token
-- ARGV[2]  the TTL in milliseconds
-- ARGV[3]  for how many milliseconds it would wait (nobody queues here)
-- ARGV[4]  the longest TTL in milliseconds
-- ARGV[5]  how many permits there are
-- Reply    {1, 0}, {0, the milliseconds until a lease ends}, {-1, 0} for a token given up
-- Retry    token-protected: the token's own lease is renewed
local call = redis.call
local token, ttl_ms, most_ms, permits = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[4]), tonumber(ARGV[5])
if call('EXISTS', KEYS[3]) == 1 then
  return { -1, 0 }
end
local time = call('TIME')
local now_ms = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
{% include "lua/_lock_leases.lua" %}
local held = call('ZCARD', KEYS[1])
if not call('ZSCORE', KEYS[1], token) then
  if held >= permits then
    local first = call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
    return { 0, math.max(1, tonumber(first[2]) - now_ms) }
  end
  held = held + 1
end
call('ZADD', KEYS[1], now_ms + ttl_ms, token)
{% include "lua/_lock_lease_ttl.lua" %}
-- tokens for permits that are gone would only wake in vain
if permits > held then
  call('LTRIM', KEYS[2], 0, permits - held - 1)
else
  call('DEL', KEYS[2])
end
return { 1, 0 }
