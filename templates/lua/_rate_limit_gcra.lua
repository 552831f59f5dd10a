{% include "lua/_rate_limit_up.lua" %}
{% include "lua/_rate_limit_now.lua" %}
local fields = {}
for i = 3, #ARGV, 4 do
  fields[#fields + 1] = ARGV[i]
end
local stored = call('HMGET', KEYS[1], unpack(fields))
local levels, back = {}, {}
for i = 1, #fields do
  local level, last = string.match(stored[i] or '0 0', '^(%d+) (%d+)$')
  level, last = tonumber(level) or 0, tonumber(last) or 0
  local leaked = (now - last) * tonumber(ARGV[4 * i + 1])
  if leaked < 0 then
    back[i] = level > 0
  elseif leaked >= level then
    level = 0
  else
    level = level - leaked
  end
  levels[i] = level
end
