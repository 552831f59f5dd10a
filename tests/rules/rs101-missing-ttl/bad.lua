redis.call('HSET', KEYS[1], 'sku', ARGV[1])
for i = 2, #KEYS do
  redis.call('SADD', KEYS[i], ARGV[1])
end
return 1
