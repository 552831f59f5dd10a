-- Stores what was loaded, if the lease under which it was loaded still stands, and ends the lease.
-- KEYS[1]  the entry
-- KEYS[2]  its lease
-- ARGV[1]  the TTL in milliseconds, 0 for never
-- ARGV[2]  the lease's token
-- ARGV[3]  the entry
-- Reply    1, or 0 where the lease is gone: the entry was invalidated, written or loaded meanwhile,
--          or the server is full
local call = redis.call
{% include "lua/_cache_version.lua" %}
if call('GET', KEYS[2]) ~= ARGV[2] then
  return 0
end
local entry = ARGV[3]
if known ~= '' then
  -- The version stays, so that an older put is still refused.
  entry = string.sub(entry, 1, 17) .. known .. string.sub(entry, 34)
end
local stored
if ARGV[1] == '0' then
  stored = redis.pcall('SET', KEYS[1], entry)
else
  stored = redis.pcall('SET', KEYS[1], entry, 'PX', ARGV[1])
end
call('DEL', KEYS[2])
if stored.err then
  return string.find(stored.err, 'OOM') and 0 or stored
end
return 1
