local id = redis.call('INCR', 'orders:last')
local key = 'order:' .. id
redis.call('HSET', key, 'state', ARGV[1])
redis.call('EXPIRE', key, 60)
redis.call('DEL', KEYS[1] .. ':lock')
for _, member in ipairs(redis.call('SMEMBERS', KEYS[2])) do
  redis.call('DEL', member)
end
redis.call('DEL', string.format('cache:%s', ARGV[2]), cjson.decode(ARGV[3]).key)
return id
