-- Counts the sessions of a user that are alive.
-- KEYS[1]  the index of the user: a sorted set of digests by when they end
-- Reply    how many there are
-- Retry    safe
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
return redis.call('ZCOUNT', KEYS[1], string.format('(%.0f', now_ms), '+inf')
