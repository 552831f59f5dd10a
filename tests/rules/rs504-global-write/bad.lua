count = redis.call('LLEN', KEYS[1])
if count > 10 then
  trimmed = true
  redis.call('LTRIM', KEYS[1], 0, 9)
end
function double(n)
  return n * 2
end
for i = 1, 3 do
  total = (total or 0) + i
end
local a
a, b = 1, 2
return double(count)
