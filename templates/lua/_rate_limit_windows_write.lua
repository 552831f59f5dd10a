-- Denied: only what a clock that stepped back left in the future is written, or it would deny for long.
local ttl = 0
for i = 1, #fields do
  if taken > 0 or back[i] then
    local text = string.format('%.0f %.0f %.0f', places[i], counts[i] + taken, befores[i])
    call('HSET', KEYS[1], fields[i], text)
    ttl = 1
  end
end
if ttl > 0 then
  for i = 1, #fields do
    ttl = math.max(ttl, up(reply[3 * i + 1], 1000))
  end
  call('PEXPIRE', KEYS[1], ttl)
end
