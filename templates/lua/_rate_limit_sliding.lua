local cost = tonumber(ARGV[2])
local reply = { 1 }
for i = 1, #fields do
  local period, amount = tonumber(ARGV[3 * i + 1]), tonumber(ARGV[3 * i + 2])
  local rest = (places[i] + 1) * period - now
  local room = (amount - cost - counts[i]) * period
  reply[3 * i] = 0
  if befores[i] * rest > room then
    reply[1] = 0
    if room >= 0 then
      reply[3 * i] = rest - down(room, befores[i])
    else
      reply[3 * i] = rest + period - down((amount - cost) * period, counts[i])
    end
  end
end
