-- Move the jobs that are due by the server's clock from the schedule to the list, oldest first.
-- KEYS[1] due, KEYS[2] ready; ARGV[1] queue, ARGV[2] most, ARGV[3] ready_ttl in milliseconds
local time = redis.call('TIME')
local jobs = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', time[1], 'LIMIT', 0, ARGV[2])
for _, job in ipairs(jobs) do
  redis.call('ZREM', KEYS[1], job)
  redis.call('LPUSH', KEYS[2], job)
end
if #jobs > 0 then
  redis.call('LTRIM', KEYS[2], 0, 9999)
  redis.call('PEXPIRE', KEYS[2], ARGV[3])
end
return jobs
