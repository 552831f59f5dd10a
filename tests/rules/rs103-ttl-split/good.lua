-- the first increment sets the TTL, so that one over the limit finds a key that has it
local n = redis.call('INCR', KEYS[1])
if n > tonumber(ARGV[1]) then
  return 0
end
if n == 1 then
  redis.call('EXPIRE', KEYS[1], ARGV[2])
end
-- the caller says whether there is a TTL
redis.call('SET', KEYS[2], ARGV[3])
if ARGV[4] == '0' then
  return 1
end
redis.call('EXPIRE', KEYS[2], ARGV[4])
-- whether it went well is a matter of the key
local ok = pcall(function() return redis.call('INCR', KEYS[4]) end)
if not ok then
  return 0
end
redis.call('EXPIRE', KEYS[4], 60)
-- what is taken back leaves nothing behind
redis.call('SET', KEYS[3], ARGV[3])
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('DEL', KEYS[3])
  return 0
end
redis.call('EXPIRE', KEYS[3], 60)
return 1
