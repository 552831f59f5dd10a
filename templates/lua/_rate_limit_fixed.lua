local cost = tonumber(ARGV[2])
local reply = { 1 }
for i = 1, #fields do
  local period, amount = tonumber(ARGV[3 * i + 1]), tonumber(ARGV[3 * i + 2])
  reply[3 * i] = 0
  if counts[i] + cost > amount then
    reply[1] = 0
    reply[3 * i] = (places[i] + 1) * period - now
  end
end
