local left = redis.call('PTTL', KEYS[1])
if left > 0 then
  return left / 1000
end
local score = redis.call('ZSCORE', KEYS[2], ARGV[1])
if score then
  return {1, tonumber(score)}
end
return {1, 0.5 * left}
