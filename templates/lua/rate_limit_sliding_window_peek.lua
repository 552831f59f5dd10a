-- Says what a take would answer, and takes nothing.
-- KEYS[1]  the key, a hash: a field a limit, holding the window's number, its count, the count before it
-- ARGV[1]  the time in microseconds, 0 for the server's own
-- ARGV[2]  the cost
-- ARGV[3…] for each limit: field, period in microseconds, amount in a period
-- Reply    1 if it would be admitted, then for each limit: what is left, microseconds to wait, to none counted
local call = redis.call
{% include "lua/_rate_limit_windows.lua" %}
{% include "lua/_rate_limit_down.lua" %}
{% include "lua/_rate_limit_sliding.lua" %}
local taken = 0
{% include "lua/_rate_limit_sliding_left.lua" %}
return reply
