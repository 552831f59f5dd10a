-- Prolongs the lease of a loader that is still at work.
-- KEYS[1]  the lease
-- ARGV[1]  its token
-- ARGV[2]  how long it lives from now on, in milliseconds
-- Reply    1, or 0 where the lease is gone
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
