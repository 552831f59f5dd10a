local board, who, gained, keep = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3])
local score = redis.call('ZINCRBY', board, gained, who)
local extra = redis.call('ZCARD', board) - keep
if extra > 0 then
  redis.call('ZREMRANGEBYRANK', board, 0, extra - 1)
end
if redis.call('TTL', board) == -1 then
  redis.call('EXPIREAT', board, ARGV[4])
end
local place = redis.call('ZREVRANK', board, who)
return { place and place + 1 or false, score }
