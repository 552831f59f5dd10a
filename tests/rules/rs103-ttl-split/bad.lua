redis.call('HSET', KEYS[1], 'owner', ARGV[1])
if redis.call('EXISTS', KEYS[2]) == 0 then
  return redis.error_reply('GONE no such order')
end
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
