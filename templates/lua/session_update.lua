-- Changes some fields of a session that is alive, and gives it its idle time again.
-- KEYS[1]  the session
-- KEYS[2]  the index of its user
-- ARGV[1]  how long a session lives without being used, in milliseconds
-- ARGV[2]  the session's digest
-- ARGV[3]  how many of the following are fields and values in turn
-- ARGV[4…] these, then the fields to remove
-- Reply    1, or 0 when the session is over or was never there
-- Retry    never: repeated it would undo a later change
{% include "lua/_session_alive.lua" %}
  return 0
end
local last = 3 + tonumber(ARGV[3])
if last > 3 then
  call('HSET', KEYS[1], unpack(ARGV, 4, last))
end
if #ARGV > last then
  call('HDEL', KEYS[1], unpack(ARGV, last + 1))
end
{% include "lua/_session_renew.lua" %}
return 1
