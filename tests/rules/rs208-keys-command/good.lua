for _, key in ipairs(KEYS) do
  redis.call('UNLINK', key)
end
return #KEYS
