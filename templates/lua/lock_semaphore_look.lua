-- Says who shares a lock, for people.
-- KEYS[1]  the leases: tokens by the end of their lease
-- Reply    a token and the milliseconds that its lease has left, for each
-- Retry    safe: it reads
local call = redis.call
local time = call('TIME')
local now_ms = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local found = {}
for at, each in ipairs(call('ZRANGEBYSCORE', KEYS[1], string.format('(%.0f', now_ms), '+inf', 'WITHSCORES', 'LIMIT', 0, 1000)) do
  found[at] = at % 2 == 1 and each or tonumber(each) - now_ms
end
return found
