while true do
  redis.call('INCR', KEYS[1])
end
