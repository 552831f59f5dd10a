-- Takes from all limits of a subject, or from none: GCRA, as a debt that leaks away.
-- A token weighs the period in microseconds: the amount is then what leaks in each of them.
-- KEYS[1]  the key, a hash: a field a limit, holding its debt and when that was
-- KEYS[2]  the note of a request id that was admitted (only where the call has one)
-- ARGV[1]  the time in microseconds, 0 for the server's own
-- ARGV[2]  the cost in tokens
-- ARGV[3…] for each limit: field, period in microseconds, amount in a period, burst
-- Reply    1 if admitted, then for each limit: tokens left, microseconds to wait, microseconds to no debt
local call = redis.call
{% include "lua/_rate_limit_seen.lua" %}
{% include "lua/_rate_limit_gcra.lua" %}
{% include "lua/_rate_limit_gcra_judge.lua" %}
local taken = reply[1] * cost
{% include "lua/_rate_limit_gcra_left.lua" %}
-- Denied: only what a clock that stepped back left in the future is written, or it would deny for long.
local ttl = 0
for i = 1, #fields do
  if taken > 0 or back[i] then
    call('HSET', KEYS[1], fields[i], string.format('%.0f %.0f', levels[i], now))
    ttl = 1
  end
end
if ttl > 0 then
  for i = 1, #fields do
    ttl = math.max(ttl, up(reply[3 * i + 1], 1000))
  end
  call('PEXPIRE', KEYS[1], ttl)
end
{% include "lua/_rate_limit_note.lua" %}
return reply
