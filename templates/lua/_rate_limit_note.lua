if KEYS[2] and reply[1] == 1 then
  local texts = {}
  for i = 1, #reply do
    texts[i] = string.format('%.0f', reply[i])
  end
  call('SET', KEYS[2], table.concat(texts, ' '), 'PX', 60000)
end
