-- Gives a key up whose run has failed, so that the next one may begin at once.
-- KEYS[1]  the record
-- ARGV[1]  the run's token
-- Reply    1, or 0 when the run is done, or another has taken over
-- Retry    token-protected
local found = redis.call('HMGET', KEYS[1], 'token', 'result')
if found[1] ~= ARGV[1] or found[2] then
  return 0
end
return redis.call('DEL', KEYS[1])
