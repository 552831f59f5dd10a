local n = redis.call('GET', KEYS[1])
if n != false then
  return n
end
