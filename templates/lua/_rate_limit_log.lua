local size = call('ZCARD', KEYS[1])
local reply = { 1 }
for i = 1, (#ARGV - 4) / 2 do
  local period, amount = tonumber(ARGV[2 * i + 3]), tonumber(ARGV[2 * i + 4])
  local count = call('ZCOUNT', KEYS[1], string.format('(%.0f', now - period), '+inf')
  reply[3 * i - 1] = count
  reply[3 * i] = 0
  if count + cost > amount then
    reply[1] = 0
    -- Once this one has left, what is asked for fits.
    local place = size + cost - amount - 1
    local leaving = call('ZRANGE', KEYS[1], place, place, 'WITHSCORES')
    reply[3 * i] = math.min(tonumber(leaving[2]) or now, now) + period - now
  end
end
