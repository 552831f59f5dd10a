if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  redis.call('INCR', KEYS[2])
  redis.call('EXPIRE', KEYS[2], 60)
end
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('SET', KEYS[3], ARGV[1], 'PX', ARGV[2])
end
if redis.call('EXISTS', KEYS[4]) == 1 then
  redis.call('SET', KEYS[4], ARGV[1], 'PX', ARGV[2])
end
if redis.call('GET', KEYS[5]) == ARGV[1] then
  redis.call('SET', KEYS[5], ARGV[2], 'KEEPTTL')
end
local old = redis.call('GET', KEYS[6])
if not old then
  redis.call('SET', KEYS[6], ARGV[1], 'EX', 60)
else
  return old
end
return redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2])
