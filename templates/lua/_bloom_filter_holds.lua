local function holds(member)
  for _, place in ipairs(places(member)) do
    if call('GETBIT', KEYS[1], place) == 0 then
      return false
    end
  end
  return true
end
