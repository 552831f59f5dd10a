local lock, clock, block = KEYS[1], KEYS[2], KEYS[3]
if redis.call('SETNX', lock, ARGV[1]) == 1 then
  redis.call('PEXPIRE', lock, ARGV[2])
end
redis.call('SETNX', clock, ARGV[1])
redis.call('SET', block, ARGV[1], 'NX')
return redis.call('SET', KEYS[4], ARGV[1], 'NX', 'PX', ARGV[2])
