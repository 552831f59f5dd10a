-- Stores an entry without loading it; loads that are under way will not replace it.
-- KEYS[1]  the entry
-- KEYS[2]  its lease
-- ARGV[1]  the TTL in milliseconds, 0 for never
-- ARGV[2]  the version in 16 digits, or nothing
-- ARGV[3]  the entry
-- Reply    1, or 0 where a newer version, or this version's end, is known
local call = redis.call
{% include "lua/_cache_version.lua" %}
local entry = ARGV[3]
if known ~= '' then
  if ARGV[2] == '' then
    entry = string.sub(entry, 1, 17) .. known .. string.sub(entry, 34)
  elseif known > ARGV[2] then
    return 0
  elseif known == ARGV[2] then
    -- The same put again changes nothing; after an invalidation it must not bring the value back.
    return buried and 0 or 1
  end
end
if ARGV[1] == '0' then
  call('SET', KEYS[1], entry)
else
  call('SET', KEYS[1], entry, 'PX', ARGV[1])
end
-- Behind the SET, which a full server then refuses.
call('DEL', KEYS[2])
return 1
