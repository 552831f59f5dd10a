local stock = tonumber(redis.call('GET', KEYS[1]) or '0')
local wanted = tonumber(ARGV[1])
if stock < wanted then
  return -1
end
redis.call('DECRBY', KEYS[1], wanted)
redis.call('HSET', KEYS[2], ARGV[2], wanted)
redis.call('EXPIRE', KEYS[2], 900)
return stock - wanted
