-- Gives a session that is alive another secret; the old one is worth nothing from then on.
-- KEYS[1]  the session as it was
-- KEYS[2]  the index of its user
-- KEYS[3]  the session as it will be
-- ARGV[1]  how long a session lives without being used, in milliseconds
-- ARGV[2]  the digest as it was
-- ARGV[3]  the digest as it will be
-- Reply    1, or 0 when the session is over or was never there
-- Retry    token-protected: what has been rotated to this digest already stays so
if redis.call('ZSCORE', KEYS[2], ARGV[3]) then
  return redis.call('EXISTS', KEYS[3])
end
{% include "lua/_session_alive.lua" %}
  return 0
end
local ttl_us = math.min(ARGV[1] * 1000, ends_us - now_us)
-- A server without memory refuses here, before anything has changed.
call('ZADD', KEYS[2], now_us + ttl_us, ARGV[3])
call('RENAME', KEYS[1], KEYS[3])
call('PEXPIRE', KEYS[3], math.ceil(ttl_us / 1000))
call('ZREM', KEYS[2], ARGV[2])
{% include "lua/_session_index_ttl.lua" %}
return 1
