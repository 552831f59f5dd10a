local out = {}
for _, k in ipairs(KEYS) do
  local t = redis.call('TYPE', k)['ok']
  if t == 'list' then out[#out+1] = redis.call('LLEN', k)
  elseif t == 'zset' then out[#out+1] = redis.call('ZCARD', k)
  else out[#out+1] = 0 end
end
return out
