local function down(number, divisor)
  local whole = math.floor(number / divisor)
  if whole * divisor > number then
    whole = whole - 1
  end
  return whole
end
