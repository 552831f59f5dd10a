-- Gives back: those of a request id, or the newest.
-- KEYS[1]  the key, a sorted set: `request:1`, `request:2` … with the time of admission in microseconds
-- ARGV[1]  how much
-- ARGV[2]  the request id, or nothing
-- Reply    how many were given back
local call = redis.call
local cost = tonumber(ARGV[1])
if ARGV[2] == '' then
  return call('ZREMRANGEBYRANK', KEYS[1], -cost, -1)
end
local gone = 0
for i = 1, cost do
  gone = gone + call('ZREM', KEYS[1], ARGV[2] .. ':' .. i)
end
return gone
