local function bump(key, ttl)
  local n = redis.call('INCR', key)
  if n == 1 then
    redis.call('PEXPIRE', key, ttl)
  end
  return n
end
local worst = 0
for i, key in ipairs(KEYS) do
  local n = bump(key, ARGV[i])
  if n > worst then worst = n end
end
return worst
