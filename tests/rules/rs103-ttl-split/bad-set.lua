local key, limit = KEYS[1], tonumber(ARGV[1])
redis.call('SET', key, ARGV[2])
local others = redis.call('SCARD', KEYS[2])
if others > limit then
  return others
elseif others == limit then
  redis.call('SADD', KEYS[2], ARGV[2])
  redis.call('EXPIRE', KEYS[2], 60)
end
redis.call('PEXPIRE', key, ARGV[3])
return 0
