-- Appends an entry to a stream that holds so many at the most, and sets its TTL.
-- KEYS[1]  the key
-- ARGV[1]  the TTL in milliseconds, 0 for never
-- ARGV[2]  1 where a write renews the TTL, else it is set on a new key only
-- ARGV[3]  how many entries the stream may hold, 0 for any number
-- ARGV[4]  1 to trim the oldest, 0 to refuse what does not fit
-- ARGV[5…] fields and values in turn
-- Reply    the entry's ID, or -1 when it does not fit
local call = redis.call
local limit = tonumber(ARGV[3])
if limit > 0 and ARGV[4] == '0' and call('XLEN', KEYS[1]) >= limit then
  return -1
end
local id
if limit > 0 then
  id = call('XADD', KEYS[1], 'MAXLEN', limit, '*', unpack(ARGV, 5))
else
  id = call('XADD', KEYS[1], '*', unpack(ARGV, 5))
end
{% include "lua/_expire.lua" %}
return id
