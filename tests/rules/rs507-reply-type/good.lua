local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local exact = t[1] * 1000000 + t[2]
redis.call('ZADD', KEYS[1], exact, now .. '-' .. ARGV[1])
redis.call('EXPIRE', KEYS[1], 60)
local pairs_given = #ARGV / 2
if ARGV[2] == 'half' then
  return pairs_given
elseif ARGV[2] == 'text' then
  return tostring(now / 1000)
elseif ARGV[2] == 'ok' then
  return {ok = 'FINE'}
elseif ARGV[2] == 'err' then
  return {err = 'WRONG it is'}
elseif ARGV[2] == 'json' then
  return cjson.encode({left = 1})
end
return {math.ceil(now / 1000), false, string.format('%.0f', exact), redis.call('GET', KEYS[2])}
