local rcall = redis.call
local function addDelayed(target, jobId, ts)
  rcall('ZADD', target, ts, jobId)
  rcall('XADD', KEYS[4], '*', 'event', 'delayed', 'jobId', jobId)
end
local jobId = rcall('INCR', KEYS[1])
local jobKey = KEYS[2] .. jobId
if rcall('EXISTS', jobKey) == 1 then return jobId .. '' end
rcall('HMSET', jobKey, 'name', ARGV[1], 'data', ARGV[2])
local ts = tonumber(ARGV[3])
if ts ~= 0 then
  addDelayed(KEYS[3], jobId, ts)
else
  rcall('LPUSH', KEYS[5], jobId)
end
return jobId .. ''
