-- Says what a take would answer, and takes nothing.
-- KEYS[1]  the key, a sorted set: `request:1`, `request:2` … with the time of admission in microseconds
-- ARGV[1]  the time in microseconds, 0 for the server's own
-- ARGV[2]  the cost
-- ARGV[3]  the request id; nothing here
-- ARGV[4]  the longest period in microseconds
-- ARGV[5…] for each limit: period in microseconds, amount in a period
-- Reply    1 if it would be admitted, then for each limit: what is left, microseconds to wait, to none counted
local call = redis.call
{% include "lua/_rate_limit_now.lua" %}
local cost = tonumber(ARGV[2])
{% include "lua/_rate_limit_log.lua" %}
local taken = 0
{% include "lua/_rate_limit_log_left.lua" %}
return reply
