-- Says what a take would answer, and takes nothing.
-- KEYS[1]  the key, a hash: a field a limit, holding its debt and when that was
-- ARGV[1]  the time in microseconds, 0 for the server's own
-- ARGV[2]  the cost in tokens
-- ARGV[3…] for each limit: field, period in microseconds, amount in a period, burst
-- Reply    1 if it would be admitted, then for each limit: tokens left, microseconds to wait, to no debt
local call = redis.call
{% include "lua/_rate_limit_gcra.lua" %}
{% include "lua/_rate_limit_gcra_judge.lua" %}
local taken = 0
{% include "lua/_rate_limit_gcra_left.lua" %}
return reply
