-- Counts the distinct elements of registers that were read from several slots.
-- KEYS     scratch keys of one slot, one for each ARGV; deleted before the script ends
-- ARGV     the registers, as GET returned them
-- Reply    the estimate
local call = redis.call
for i = 1, #ARGV do
  call('SET', KEYS[i], ARGV[i], 'PX', 10000)
end
local count = call('PFCOUNT', unpack(KEYS))
call('DEL', unpack(KEYS))
return count
