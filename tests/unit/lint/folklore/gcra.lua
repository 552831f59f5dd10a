-- one number a key: the time at which the next request is due
local due_key = KEYS[1]
local step = ARGV[3] / ARGV[2]
local cost = tonumber(ARGV[4])
local tolerance = step * ARGV[1]
local clock = redis.call("TIME")
local now = clock[1] + clock[2] / 1000000
local due = redis.call("GET", due_key)
due = due and tonumber(due) or now
local next_due = math.max(due, now) + step * cost
local slack = now - (next_due - tolerance)
if slack < 0 then
  return { 0, tostring(-slack) }
end
redis.call("SET", due_key, next_due, "EX", math.ceil(next_due - now))
return { 1, slack / step }
