local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not score or tonumber(ARGV[2]) > tonumber(score) then
  redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
end
return redis.call('ZREVRANK', KEYS[1], ARGV[1])
