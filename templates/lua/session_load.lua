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
{% include "lua/_session_renew.lua" %}
return { string.format('%.0f', now_us + ttl_us), call('HMGET', KEYS[1], unpack(ARGV, 3)) }
