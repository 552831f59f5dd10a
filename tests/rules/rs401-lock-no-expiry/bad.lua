local lock_key = KEYS[1]
if redis.call('SETNX', lock_key, ARGV[1]) == 1 then
  return 1
end
local userLock = KEYS[2]
return redis.call('SET', userLock, ARGV[1], 'NX')
