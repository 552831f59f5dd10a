-- Stores a record's fields, removes those that are none, and sets the TTL.
-- KEYS[1]  the key
-- ARGV[1]  the TTL in milliseconds, 0 for never
-- ARGV[2]  1 where a write renews the TTL, else it is set on a new key only
-- ARGV[3]  how many of the following are fields and values in turn
-- ARGV[4…] these, then the fields to remove
-- Reply    OK
local call = redis.call
local last = 3 + tonumber(ARGV[3])
call('HSET', KEYS[1], unpack(ARGV, 4, last))
if #ARGV > last then
  call('HDEL', KEYS[1], unpack(ARGV, last + 1))
end
{% include "lua/_expire.lua" %}
return redis.status_reply('OK')
