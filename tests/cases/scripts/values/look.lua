-- Operation look of values.
-- KEYS[1]   profile(user)  values:profile:<user:int>
-- ARGV[1]   user: int
-- Reply    { 0, (str, bool, bool, the record of `profile`) }
--          { 1, … } DecodeError: the key and what stands there instead of a record of profile, a field of which is missing
--          { 2, … } NoProfile(user)
--          { 3, … } ArithmeticFault: a stored int beyond 2^53 - 1
--          { 4, … } DecodeError: the key and what stands there instead of int
--          { 5, … } ArithmeticFault: an int beyond 2^53 - 1
--          { 6, … } DecodeError: the key and what stands there instead of bool (1 or 0)
--          { 7, … } DecodeError: the key and what stands there instead of float
--          { 8, … } ArithmeticFault: a float that is no number
local call = redis.call

-- The number that stored digits are; nil for other texts, and beyond what numbers hold exactly.
local function int(digits)
  local found = string.find(digits, '^-?%d+$') and tonumber(digits)
  return found and found >= -9007199254740991 and found <= 9007199254740991 and found or nil
end

-- What answers digits that no number holds exactly, or a text that is none.
local function unreadable(key, digits)
  return { string.find(digits, '^-?%d+$') and 3 or 4, key, digits }
end

-- The number that a stored text is; nil for other texts.
local function float(stored)
  local found = tonumber(stored)
  return found == found and found or nil
end

-- A number as the shortest text that reads back as the same, as Python writes it.
local function float_text(value)
  if value == math.huge then
    return 'inf'
  elseif value == -math.huge then
    return '-inf'
  elseif value % 1 == 0 and math.abs(value) < 1e16 then
    return string.format('%.1f', value)
  end
  local shown
  for digits = math.abs(value) < 2.3e-308 and 1 or 15, 17 do
    shown = string.format('%.' .. digits .. 'g', value)
    if tonumber(shown) == value then
      break
    end
  end
  return shown
end

-- Python's quotient of ints, rounded down; every step of it is exact.
local function quotient(value, divisor)
  local rest = math.fmod(value, divisor)
  local found = (value - rest) / divisor
  return (rest ~= 0 and (rest < 0) ~= (divisor < 0)) and found - 1 or found + 0
end

-- A stored datetime with all six digits of its microseconds, so that texts compare as times.
local function moment(stored)
  return #stored == 20 and string.sub(stored, 1, 19) .. '.000000Z' or stored
end

-- The server's time in UTC as ISO 8601 (days to a date by Howard Hinnant's civil_from_days).
local function iso(seconds, microseconds)
  local day = math.floor(seconds / 86400)
  local second = seconds - day * 86400
  local z = day + 719468
  local era = math.floor(z / 146097)
  local doe = z - era * 146097
  local yoe = math.floor((doe - math.floor(doe / 1460) + math.floor(doe / 36524) - math.floor(doe / 146096)) / 365)
  local doy = doe - (365 * yoe + math.floor(yoe / 4) - math.floor(yoe / 100))
  local mp = math.floor((5 * doy + 2) / 153)
  local month = mp < 10 and mp + 3 or mp - 9
  local year = yoe + era * 400 + (month <= 2 and 1 or 0)
  return string.format(
    '%04d-%02d-%02dT%02d:%02d:%02d%sZ', year, month, doy - math.floor((153 * mp + 2) / 5) + 1,
    math.floor(second / 3600), math.floor(second / 60) % 60, second % 60,
    microseconds > 0 and string.format('.%06d', microseconds) or ''
  )
end

local profile_key = KEYS[1]
local user = ARGV[1]
local time = call('TIME')
local now = iso(tonumber(time[1]), tonumber(time[2]))

-- found = profile.get(user)
local profile_row = call('HMGET', profile_key, 'age', 'score', 'active', 'nick', 'born', 'seen', 'level')
if not (profile_row[1] or profile_row[2] or profile_row[3] or profile_row[4] or profile_row[5] or profile_row[6] or profile_row[7]) then
  profile_row = nil
end
if profile_row and not (profile_row[1] and profile_row[2] and profile_row[3] and profile_row[6]) then
  return { 1, profile_key, '' }
end
local found = profile_row
-- if found is None:
if found == nil then
  -- raise NoProfile(user)
  return { 2, user }
end
-- years = found.age // 10 * 10
local age = found[1]
local age_2 = int(age)
if not age_2 then
  return unreadable(profile_key, age)
end
local result = quotient(age_2, 10) * 10 + 0
if result > 9007199254740991 or result < -9007199254740991 then
  return { 5 }
end
local years = result
-- nick = found.nick if found.nick is not None else "nobody"
local nick_2 = found[4] or nil
local nick = (nick_2 ~= nil) and nick_2 or 'nobody'
-- grown = found.active and found.age >= 18 or found.level > 3
local active = found[3]
if active ~= '1' and active ~= '0' then
  return { 6, profile_key, active }
end
local active_2 = active == '1'
local truth = active_2 and age_2 >= 18
if not truth then
  local level = found[7] or '1'
  local level_2 = int(level)
  if not level_2 then
    return unreadable(profile_key, level)
  end
  truth = level_2 > 3
end
-- grown = found.active and found.age >= 18 or found.level > 3
local grown = truth
-- return f"{nick} is {years}, {found.score * 1.5}", grown, found.seen < now(), found
local score = found[2]
local score_2 = float(score)
if not score_2 then
  return { 7, profile_key, score }
end
local result_2 = score_2 * 1.5
if result_2 ~= result_2 then
  return { 8 }
end
local seen = found[6]
return { 0, { nick .. ' is ' .. string.format('%.0f', years) .. ', ' .. float_text(result_2), grown and 1 or 0, (moment(seen) < moment(now)) and 1 or 0, found } }
