-- Sets a tag to a reading of its cache's clock: entries from before it are no longer valid.
-- KEYS[1]  the tag
-- ARGV[1]  its TTL in milliseconds
-- ARGV[2]  the clock's reading
-- ARGV[3]  1 to raise a lower one, else the tag is set only where there is none
-- Reply    1, or 0 where the tag stays as it was
local call = redis.call
local before = call('GET', KEYS[1])
if before and (ARGV[3] ~= '1' or tonumber(before) >= tonumber(ARGV[2])) then
  call('PEXPIRE', KEYS[1], ARGV[1])
  return 0
end
if ARGV[3] == '1' then
  -- what frees memory comes first: then a full server does not refuse an invalidation
  call('DEL', KEYS[1])
end
call('SET', KEYS[1], ARGV[2], 'PX', ARGV[1])
return 1
