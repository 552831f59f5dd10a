local function touch(key)
  return redis.call('EXPIRE', key, 60)
end
local keys = KEYS
touch(keys[1])
for i = 1, #KEYS do
  touch(KEYS[i])
end
local target = ARGV[1] == 'a' and KEYS[1] or KEYS[2]
touch(target)
redis.call('DEL', unpack(KEYS))
redis.call('PUBLISH', 'orders:' .. ARGV[2], ARGV[3])
redis.call(ARGV[4], KEYS[1])
return redis.call('ZUNIONSTORE', KEYS[1], #KEYS - 1, unpack(KEYS, 2))
