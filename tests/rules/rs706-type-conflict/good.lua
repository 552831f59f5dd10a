local kind = redis.call('TYPE', KEYS[1])['ok']
if kind == 'list' then
  return redis.call('LLEN', KEYS[1])
elseif kind == 'set' then
  return redis.call('SCARD', KEYS[1])
end
if ARGV[1] == 'h' then
  redis.call('HSET', KEYS[2], 'a', 1)
else
  redis.call('SADD', KEYS[2], 1)
end
redis.call('LPUSH', KEYS[3], 1)
redis.call('DEL', KEYS[3])
redis.call('SADD', KEYS[3], 1)
redis.call('PFADD', KEYS[4], 1)
return redis.call('GET', KEYS[4])
