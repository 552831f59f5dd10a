-- waits in a list, with a deadline each; whoever is late is dropped
local now = tonumber(ARGV[1])
while true do
  local first = redis.call('LINDEX', KEYS[1], 0)
  if first == false then
    break
  end
  local deadline = redis.call('ZSCORE', KEYS[2], first)
  if deadline and tonumber(deadline) > now then
    return first
  end
  redis.call('ZREM', KEYS[2], first)
  redis.call('LPOP', KEYS[1])
end
return nil
