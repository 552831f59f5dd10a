{% include "lua/_rate_limit_up.lua" %}
{% include "lua/_rate_limit_now.lua" %}
local fields = {}
for i = 3, #ARGV, 3 do
  fields[#fields + 1] = ARGV[i]
end
local stored = call('HMGET', KEYS[1], unpack(fields))
local places, counts, befores, back = {}, {}, {}, {}
for i = 1, #fields do
  local period = tonumber(ARGV[3 * i + 1])
  local place, count, before = string.match(stored[i] or '0 0 0', '^(%d+) (%d+) (%d+)$')
  place, count, before = tonumber(place) or 0, tonumber(count) or 0, tonumber(before) or 0
  places[i] = math.floor(now / period)
  if places[i] < place then
    back[i] = count + before > 0
  elseif places[i] == place + 1 then
    count, before = 0, count
  elseif places[i] > place then
    count, before = 0, 0
  end
  counts[i], befores[i] = count, before
end
