if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
local key = KEYS[2]
if not redis.call('GET', key) then
  redis.call('SET', key, ARGV[1], 'EX', 60)
end
return 1
