local cursor = '0'
local count = 0
repeat
  local page = redis.call('SCAN', cursor, 'MATCH', ARGV[1])
  cursor = page[1]
  count = count + #page[2]
until cursor == '0'
return count
