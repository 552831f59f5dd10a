-- Says who holds a lock, for people.
-- KEYS[1]  the lock: "<fence>:<token>"
-- KEYS[2]  who waits, by the end of its patience
-- Reply    {the lock's value, the milliseconds that it has left, how many wait}
-- Retry    safe: it reads
local call = redis.call
local time = call('TIME')
local now_ms = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local waiting = call('ZCOUNT', KEYS[2], now_ms, '+inf')
return { call('GET', KEYS[1]) or '', call('PTTL', KEYS[1]), waiting }
