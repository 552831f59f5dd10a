if redis.call('SCARD', KEYS[1]) < 100 then
  return redis.call('SMEMBERS', KEYS[1])
end
return redis.call('LRANGE', KEYS[2], 0, 99)
