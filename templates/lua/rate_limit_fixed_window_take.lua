-- Takes from all limits of a subject, or from none: counted from zero in each window.
-- KEYS[1]  the key, a hash: a field a limit, holding the window's number, its count, the count before it
-- KEYS[2]  the note of a request id that was admitted (only where the call has one)
-- ARGV[1]  the time in microseconds, 0 for the server's own
-- ARGV[2]  the cost
-- ARGV[3…] for each limit: field, period in microseconds, amount in a period
-- Reply    1 if admitted, then for each limit: what is left, microseconds to wait, microseconds to none counted
local call = redis.call
{% include "lua/_rate_limit_seen.lua" %}
{% include "lua/_rate_limit_windows.lua" %}
{% include "lua/_rate_limit_fixed.lua" %}
local taken = reply[1] * cost
{% include "lua/_rate_limit_fixed_left.lua" %}
{% include "lua/_rate_limit_windows_write.lua" %}
{% include "lua/_rate_limit_note.lua" %}
return reply
