local last = call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
for i = 1, (#ARGV - 4) / 2 do
  local period, amount = tonumber(ARGV[2 * i + 3]), tonumber(ARGV[2 * i + 4])
  reply[3 * i - 1] = math.max(0, amount - reply[3 * i - 1] - taken)
  reply[3 * i + 1] = 0
  if last[2] then
    reply[3 * i + 1] = math.max(0, math.min(tonumber(last[2]), now) + period - now)
  end
end
