-- Opens a session: its record, its entry in the user's index, and the TTLs of both.
-- KEYS[1]  the session
-- KEYS[2]  the index of its user: a sorted set of digests by when they end
-- ARGV[1]  how long a session lives without being used, in milliseconds
-- ARGV[2]  how long it lives at most, in milliseconds
-- ARGV[3]  how many sessions a user may have, 0 for any number
-- ARGV[4]  the session's digest
-- ARGV[5…] fields and values in turn
-- Reply    the digests of the sessions that had to give way; their keys are the caller's to unlink
-- Retry    token-protected: a session that is there already stays as it is
local call = redis.call
local time = call('TIME')
local now_us = time[1] * 1000000 + time[2]
if call('ZSCORE', KEYS[2], ARGV[4]) and call('EXISTS', KEYS[1]) == 1 then
  return {}
end
local made, ends = string.format('%.0f', now_us), string.format('%.0f', now_us + ARGV[2] * 1000)
local ttl_ms = math.min(tonumber(ARGV[1]), tonumber(ARGV[2]))
-- A server without memory refuses here, before anybody has given way.
call('HSET', KEYS[1], ':made', made, ':ends', ends, unpack(ARGV, 5))
call('PEXPIRE', KEYS[1], ttl_ms)
call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now_us)
local victims = {}
local most = tonumber(ARGV[3])
local over = call('ZCARD', KEYS[2]) - most
if most > 0 and over >= 0 then
  victims = call('ZRANGE', KEYS[2], 0, over)
  call('ZREMRANGEBYRANK', KEYS[2], 0, over)
end
call('ZADD', KEYS[2], now_us + ttl_ms * 1000, ARGV[4])
{% include "lua/_session_index_ttl.lua" %}
return victims
