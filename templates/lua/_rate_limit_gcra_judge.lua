local cost = tonumber(ARGV[2])
local reply = { 1 }
for i = 1, #fields do
  local over = levels[i] - (tonumber(ARGV[4 * i + 2]) - cost) * tonumber(ARGV[4 * i])
  reply[3 * i] = up(math.max(0, over), tonumber(ARGV[4 * i + 1]))
  if over > 0 then
    reply[1] = 0
  end
end
