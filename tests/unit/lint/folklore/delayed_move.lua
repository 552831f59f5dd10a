-- moves due jobs to the ready list
local jobs = redis.call('zrangebyscore', KEYS[1], '-inf', ARGV[1], 'limit', 0, 100)
if #jobs > 0 then
  redis.call('zrem', KEYS[1], unpack(jobs))
  redis.call('rpush', KEYS[2], unpack(jobs))
end
return #jobs
