-- Returns a member of a sorted set with its neighbours, the highest score first.
-- KEYS[1]  the key
-- ARGV[1]  the TTL in milliseconds where reading renews it, else 0
-- ARGV[2]  1 where reading renews the TTL
-- ARGV[3]  the member
-- ARGV[4]  how many neighbours on each side
-- Reply    members and scores in turn, none when the member is not there
local call = redis.call
local rank = call('ZREVRANK', KEYS[1], ARGV[3])
if not rank then
  return {}
end
local distance = tonumber(ARGV[4])
local size = call('ZCARD', KEYS[1])
-- a window that would stand over an end moves inwards; a negative start would be read from the end
local start = math.max(0, math.min(rank - distance, size - 2 * distance - 1))
local reply = call('ZREVRANGE', KEYS[1], start, start + 2 * distance, 'WITHSCORES')
{% include "lua/_expire.lua" %}
return reply
