-- What stands there may be of another making: only a whole header has a version.
local head = redis.pcall('GETRANGE', KEYS[1], 0, 60)
local known, buried = '', false
if type(head) == 'string' and #head == 61 and string.find(head, '^1%x+[vznt]%d+%x+$') then
  known = string.sub(head, 18, 33)
  buried = string.sub(head, 10, 10) == 't'
end
