-- Removes an entry, and discards the loads that are under way; where versions are known, one stays.
-- KEYS[1]  the entry
-- KEYS[2]  its lease
-- ARGV[1]  the TTL in milliseconds of what stays
-- ARGV[2]  the version in 16 digits up to which all is old, or nothing
-- ARGV[3]  a tombstone
-- Reply    1, or 0 where there was no entry
local call = redis.call
{% include "lua/_cache_version.lua" %}
call('DEL', KEYS[2])
local version = ARGV[2]
local there = call('DEL', KEYS[1])
if buried then
  there = 0
end
if known > version and known ~= '0000000000000000' then
  version = known
end
if version ~= '' then
  local stays = string.sub(ARGV[3], 1, 17) .. version .. string.sub(ARGV[3], 34)
  call('SET', KEYS[1], stays, 'PX', ARGV[1])
end
return there
