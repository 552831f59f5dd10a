-- Counts the distinct elements of registers that were read from several slots.
-- KEYS     two scratch keys of one slot, deleted before the script ends
-- ARGV     the registers, as GET returned them
-- Reply    the estimate
local call = redis.call
call('SET', KEYS[1], ARGV[1], 'PX', 10000)
for i = 2, #ARGV do
  call('SET', KEYS[2], ARGV[i], 'PX', 10000)
  call('PFMERGE', KEYS[1], KEYS[2])
end
local count = call('PFCOUNT', KEYS[1])
call('DEL', KEYS[1], KEYS[2])
return count
