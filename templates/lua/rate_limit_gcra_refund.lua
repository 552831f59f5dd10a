-- Gives tokens back to all limits of a subject; what is not owed any more is not given back.
-- KEYS[1]  the key, a hash: a field a limit, holding its debt and when that was
-- ARGV[1]  the time in microseconds, 0 for the server's own
-- ARGV[2]  the tokens
-- ARGV[3…] for each limit: field, period in microseconds, amount in a period, burst
-- Reply    1 if something is still owed, else 0
local call = redis.call
{% include "lua/_rate_limit_gcra.lua" %}
local owed = 0
for i = 1, #fields do
  levels[i] = math.max(0, levels[i] - tonumber(ARGV[2]) * tonumber(ARGV[4 * i]))
  owed = math.max(owed, up(up(levels[i], tonumber(ARGV[4 * i + 1])), 1000))
end
if owed == 0 then
  call('DEL', KEYS[1])
  return 0
end
for i = 1, #fields do
  call('HSET', KEYS[1], fields[i], string.format('%.0f %.0f', levels[i], now))
end
call('PEXPIRE', KEYS[1], owed)
return 1
