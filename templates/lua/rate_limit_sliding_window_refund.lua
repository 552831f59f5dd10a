-- Gives back to all limits of a subject what their present windows counted.
-- KEYS[1]  the key, a hash: a field a limit, holding the window's number, its count, the count before it
-- ARGV[1]  the time in microseconds, 0 for the server's own
-- ARGV[2]  how much
-- ARGV[3…] for each limit: field, period in microseconds, amount in a period
-- Reply    1 if something is still counted, else 0
local call = redis.call
{% include "lua/_rate_limit_windows.lua" %}
local ttl = 0
for i = 1, #fields do
  local period = tonumber(ARGV[3 * i + 1])
  local rest = (places[i] + 1) * period - now
  counts[i] = math.max(0, counts[i] - tonumber(ARGV[2]))
  if counts[i] > 0 then
    ttl = math.max(ttl, up(rest + period, 1000))
  elseif befores[i] > 0 then
    ttl = math.max(ttl, up(rest, 1000))
  end
end
if ttl == 0 then
  call('DEL', KEYS[1])
  return 0
end
for i = 1, #fields do
  local text = string.format('%.0f %.0f %.0f', places[i], counts[i], befores[i])
  call('HSET', KEYS[1], fields[i], text)
end
call('PEXPIRE', KEYS[1], ttl)
return 1
