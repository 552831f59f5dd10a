local count = redis.call('LLEN', KEYS[1])
local function double(n)
  n = n * 2
  return n
end
local helpers = {}
helpers.half = function(n) local m = n / 2 return m end
function helpers.twice(n) return double(n) end
for i, key in ipairs(KEYS) do
  i = i + 1
  key = i
end
local a, b
a, b = 1, 2
return count
