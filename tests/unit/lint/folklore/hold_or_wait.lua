local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then
  return {err = 'HELD by ' .. holder}
end
local ok = redis.call('SET', KEYS[1], ARGV[1], 'PX', tonumber(ARGV[2]))
if type(ok) == 'table' and ok.ok then
  redis.call('ZREM', KEYS[2], ARGV[1])
end
return ok
