-- Reads a cache's clock, which moves when a tag is invalidated.
-- KEYS[1]  the clock
-- ARGV[1]  its TTL in milliseconds
-- ARGV[2]  1 to move it on, else it is set only where there is none
-- Reply    the clock, as text
local call = redis.call
local before = call('GET', KEYS[1])
if before and ARGV[2] ~= '1' then
  call('PEXPIRE', KEYS[1], ARGV[1])
  return before
end
local time = call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
if before then
  now = math.max(now, tonumber(before) + 1)
end
local text = string.format('%.0f', now)
-- what frees memory comes first: then a full server does not refuse the rest
call('DEL', KEYS[1])
call('SET', KEYS[1], text, 'PX', ARGV[1])
return text
