local members = redis.call('SMEMBERS', KEYS[1])
redis.call('SADD', KEYS[2], unpack(members))
redis.call('EXPIRE', KEYS[2], 60)
redis.call('RPUSH', KEYS[3], unpack(redis.call('LRANGE', KEYS[4], 0, -1)))
redis.call('EXPIRE', KEYS[3], 60)
for _, member in ipairs(members) do
  redis.call('ZREM', KEYS[5], member)
end
return 1
