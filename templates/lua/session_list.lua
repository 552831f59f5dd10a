-- Lists the sessions of a user that are alive.
-- KEYS[1]  the index of the user: a sorted set of digests by when they end
-- Reply    digests and when they end (ms since the epoch) in turn, the soonest first
-- Retry    safe
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
return redis.call('ZRANGEBYSCORE', KEYS[1], string.format('(%.0f', now_ms), '+inf', 'WITHSCORES')
