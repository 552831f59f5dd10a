-- Reads a key and gives it its whole TTL again, in one step.
-- KEYS[1]  the key
-- ARGV[1]  the TTL in milliseconds
-- ARGV[2]  the reading command
-- ARGV[3…] its arguments after the key
-- Reply    the command's own
local call = redis.call
local reply = call(ARGV[2], KEYS[1], unpack(ARGV, 3))
call('PEXPIRE', KEYS[1], ARGV[1])
return reply
