for i = 1, #fields do
  local period = tonumber(ARGV[4 * i])
  levels[i] = levels[i] + taken * period
  local room = tonumber(ARGV[4 * i + 2]) * period - levels[i]
  reply[3 * i - 1] = math.max(0, math.floor(room / period))
  reply[3 * i + 1] = up(levels[i], tonumber(ARGV[4 * i + 1]))
end
