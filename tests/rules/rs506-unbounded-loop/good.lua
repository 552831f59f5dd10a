local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, 500)
if #due > 0 then
  redis.call('ZREM', KEYS[1], unpack(due))
end
local members = redis.call('SMEMBERS', KEYS[2])
for i = 1, #members, 1000 do
  redis.call('SREM', KEYS[2], unpack(members, i, math.min(i + 999, #members)))
end
redis.call('SADD', KEYS[3], unpack(ARGV))
redis.call('EXPIRE', KEYS[3], 60)
local first = redis.call('LRANGE', KEYS[4], 0, 99)
redis.call('DEL', KEYS[5])
redis.call('RPUSH', KEYS[5], unpack(first))
redis.call('EXPIRE', KEYS[5], 60)
while true do
  local item = redis.call('LPOP', KEYS[4])
  if not item then
    break
  end
end
return #due
