-- Lists the sessions of a user that are alive.
-- KEYS[1]  the index of the user: a sorted set of digests by when they end
-- Reply    digests and when they end (µs since the epoch) in turn, the soonest first
-- Retry    safe
local time = redis.call('TIME')
local now_us = time[1] * 1000000 + time[2]
return redis.call('ZRANGEBYSCORE', KEYS[1], string.format('(%.0f', now_us), '+inf', 'WITHSCORES')
