local prefix = KEYS[1]

local function shorten(key, state)
  if state == 'wait' or state == 'paused' then
    return redis.call('LLEN', key)
  end
end

local function slice(key, state)
  if state == 'wait' then
    return redis.call('LRANGE', key, 0, 10)
  end
  return redis.call('ZRANGE', key, 0, 10)
end

local found = {}
for i = 1, #ARGV do
  local key = prefix .. ARGV[i]
  found[i] = {shorten(key, ARGV[i]), slice(key, ARGV[i])}
end
return found
