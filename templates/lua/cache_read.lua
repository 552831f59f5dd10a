-- Reads a cache's entry, and takes the lease to load it where it is due.
-- KEYS[1]  the entry
-- KEYS[2]  its lease
-- ARGV[1]  the caller's token
-- ARGV[2]  how long the lease lives, in milliseconds
-- ARGV[3]  the fill of an entry that the caller has seen and has no use for, or nothing
-- ARGV[4]  x of an early refresh: an entry is due when it has cost * x milliseconds left; 0 for none
-- ARGV[5]  how many milliseconds before its key an entry ends: until then it is stale
-- Reply    {0, entry}                 it may be served
--          {1, entry or nil, 1 or 0}  the lease is the caller's; 1 where the entry is not yet stale
--          {2, entry or nil, token}   another one's lease; the entry may be served
local call = redis.call
local entry = redis.pcall('GET', KEYS[1])
-- Another type of key, a tombstone, and what the caller has seen are all no entry.
if type(entry) ~= 'string' or string.sub(entry, 10, 10) == 't' or string.sub(entry, 50, 57) == ARGV[3] then
  entry = false
end
local fresh = 0
if entry then
  local left = call('PTTL', KEYS[1])
  local cost = tonumber(string.sub(entry, 11, 17)) or 0
  if left < 0 or left - tonumber(ARGV[5]) > cost * tonumber(ARGV[4]) then
    return { 0, entry }
  end
  if left > tonumber(ARGV[5]) then
    fresh = 1
  end
end
local holder = call('GET', KEYS[2])
if not holder or holder == ARGV[1] then
  local taken = redis.pcall('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
  -- A full server takes no lease: callers then load, and what they load is not stored.
  if taken.err and not string.find(taken.err, 'OOM') then
    return taken
  end
  return { 1, entry, fresh }
end
if fresh == 1 then
  return { 0, entry }
end
return { 2, entry, holder }
