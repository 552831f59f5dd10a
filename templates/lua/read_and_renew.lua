-- Reads a key and gives it its whole TTL again, in one step.
-- KEYS[1]  the key
-- ARGV[1]  the TTL in milliseconds
-- ARGV[2]  the reading command
-- ARGV[3…] its arguments after the key
-- Reply    the command's own
local call = redis.call
local reply
if #ARGV <= 1000 then
  reply = call(ARGV[2], KEYS[1], unpack(ARGV, 3))
else
  -- so many belong to a command that answers each by itself: SMISMEMBER, HMGET
  reply = {}
  for first = 3, #ARGV, 1000 do
    for _, answer in ipairs(call(ARGV[2], KEYS[1], unpack(ARGV, first, math.min(first + 999, #ARGV)))) do
      reply[#reply + 1] = answer
    end
  end
end
call('PEXPIRE', KEYS[1], ARGV[1])
return reply
