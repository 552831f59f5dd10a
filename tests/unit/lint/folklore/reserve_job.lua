local raw = redis.call('lpop', KEYS[1])
local taken = false
if raw ~= false then
  local job = cjson.decode(raw)
  job.tries = job.tries + 1
  taken = cjson.encode(job)
  redis.call('zadd', KEYS[2], ARGV[1], taken)
end
return { raw, taken }
