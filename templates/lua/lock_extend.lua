-- Renews the lease of a lock's holder.
-- KEYS[1]  the lock: "<fence>:<token>"
-- KEYS[2]  the fence: the highest number that was given out
-- ARGV[1]  the token
-- ARGV[2]  the TTL in milliseconds
-- ARGV[3]  how many milliseconds the fence outlives the lease, 0 for no fence
-- Reply    1 where the token holds the lock, else 0: it is never taken anew
-- Retry    token-protected: a lease is renewed for its holder only
local call = redis.call
local held = call('GET', KEYS[1])
local fence, holder = string.match(held or '', '^(%d+):(.*)$')
if holder ~= ARGV[1] then
  return 0
end
call('PEXPIRE', KEYS[1], ARGV[2])
if tonumber(ARGV[3]) > 0 then
  call('SET', KEYS[2], fence, 'PX', tonumber(ARGV[2]) + tonumber(ARGV[3]))
end
return 1
