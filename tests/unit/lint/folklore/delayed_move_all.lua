-- everything that is due, in pieces, with a wake-up for each
local due = redis.call('zrangebyscore', KEYS[1], '-inf', ARGV[1])
if next(due) == nil then
  return due
end
redis.call('zremrangebyrank', KEYS[1], 0, #due - 1)
for first = 1, #due, 100 do
  local last = math.min(first + 99, #due)
  redis.call('rpush', KEYS[2], unpack(due, first, last))
  for _ = first, last do
    redis.call('rpush', KEYS[3], 1)
  end
end
return due
