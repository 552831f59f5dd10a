for i = 1, #fields do
  local period, amount = tonumber(ARGV[3 * i + 1]), tonumber(ARGV[3 * i + 2])
  local count = counts[i] + taken
  reply[3 * i - 1] = math.max(0, amount - count)
  reply[3 * i + 1] = 0
  if count > 0 then
    reply[3 * i + 1] = (places[i] + 1) * period - now
  end
end
