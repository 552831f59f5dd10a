-- Reads a session that is alive and gives it its idle time again; clears one that is over.
-- KEYS[1]  the session
-- KEYS[2]  the index of its user
-- ARGV[1]  how long a session lives without being used, in milliseconds
-- ARGV[2]  the session's digest
-- ARGV[3…] the fields to read
-- Reply    when it ends unless it is used, in µs since the epoch, and the fields' values; or nil
-- Retry    token-protected: what is read and renewed twice is read and renewed
{% include "lua/_session_alive.lua" %}
  return nil
end
local ttl_us = math.min(ARGV[1] * 1000, ends_us - now_us)
-- A server without memory refuses to note a new end: the session can be read all the same.
local noted = redis.pcall('ZADD', KEYS[2], now_us + ttl_us, ARGV[2])
if type(noted) == 'number' then
  until_us = now_us + ttl_us
  call('PEXPIRE', KEYS[1], math.ceil(ttl_us / 1000))
  local last = call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')
  call('PEXPIRE', KEYS[2], math.max(1, math.ceil((last[2] - now_us) / 1000)))
end
return { string.format('%.0f', until_us), call('HMGET', KEYS[1], unpack(ARGV, 3)) }
