-- Counts the sessions of a user that are alive.
-- KEYS[1]  the index of the user: a sorted set of digests by when they end
-- Reply    how many there are
-- Retry    safe
local time = redis.call('TIME')
local now_us = time[1] * 1000000 + time[2]
return redis.call('ZCOUNT', KEYS[1], string.format('(%.0f', now_us), '+inf')
