if KEYS[2] then
  local before = call('GET', KEYS[2])
  if before then
    local reply = {}
    for number in string.gmatch(before, '%d+') do
      reply[#reply + 1] = tonumber(number)
    end
    return reply
  end
end
