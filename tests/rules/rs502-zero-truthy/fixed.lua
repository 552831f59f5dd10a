if redis.call('EXISTS', KEYS[1]) == 1 then
  return 0
end
local known = redis.call('SISMEMBER', KEYS[2], ARGV[1])
if known == 0 and ARGV[2] == 'add' then
  redis.call('SADD', KEYS[2], ARGV[1])
end
local new = redis.call('SETNX', KEYS[3], ARGV[1]) == 1 and 'new' or 'old'
while redis.pcall('HDEL', KEYS[4], ARGV[1]) > 0 do
  return new
end
if ARGV[3] == '' or redis.call('TTL', KEYS[1]) then
  return redis.call('DEL', KEYS[1], KEYS[2])
end
return redis.call('EXISTS', KEYS[1], KEYS[2]) == 0
