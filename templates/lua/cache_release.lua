-- Ends a lease under which nothing was stored, so that another one may load.
-- KEYS[1]  the lease
-- ARGV[1]  its token
-- Reply    1, or 0 where the lease is gone
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
return redis.call('DEL', KEYS[1])
