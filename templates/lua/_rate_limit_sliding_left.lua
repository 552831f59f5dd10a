for i = 1, #fields do
  local period, amount = tonumber(ARGV[3 * i + 1]), tonumber(ARGV[3 * i + 2])
  local rest = (places[i] + 1) * period - now
  local count = counts[i] + taken
  reply[3 * i - 1] = math.max(0, down((amount - count) * period - befores[i] * rest, period))
  reply[3 * i + 1] = 0
  if count > 0 then
    reply[3 * i + 1] = rest + period
  elseif befores[i] > 0 then
    reply[3 * i + 1] = rest
  end
end
