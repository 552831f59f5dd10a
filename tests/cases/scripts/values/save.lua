-- Operation save of values.
-- KEYS[1]   profile(user)  values:profile:<user:int>
-- KEYS[2]   doc(user)  values:doc:<user:int>
-- KEYS[3]   names(user)  values:names:<user:int>
-- ARGV[1]   age: int
-- ARGV[2]   score: float
-- ARGV[3]   active: bool
-- ARGV[4]   nick: str (1 and the value, or 0)
-- ARGV[6]   born: date (1 and the value, or 0)
-- ARGV[8]   text: Doc
-- ARGV[9]   the TTL of doc in milliseconds
-- Reply    float
--          { 1, … } ValueTooLarge: the key and the size, which is more than 1024 bytes
--          { 2, … } CollectionFull: the key, which holds 10 items
local call = redis.call

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

-- How many of these members are not there yet, each counted once.
local function fresh(command, key, members, missing)
  local count, seen = 0, {}
  for _, member in ipairs(members) do
    if not seen[member] and call(command, key, member) == missing then
      count = count + 1
    end
    seen[member] = true
  end
  return count
end

local profile_key = KEYS[1]
local doc_key = KEYS[2]
local names_key = KEYS[3]
local age = ARGV[1]
local score = tonumber(ARGV[2])
local active = ARGV[3] == '1'
local nick
if ARGV[4] == '1' then
  nick = ARGV[5]
end
local born
if ARGV[6] == '1' then
  born = ARGV[7]
end
local text = ARGV[8]
local doc_ttl = ARGV[9]
local time = call('TIME')
local now = iso(tonumber(time[1]), tonumber(time[2]))

-- doc.set(user, text, ttl=keep)
if #text > 1024 then
  return { 1, doc_key, #text }
end
-- names.set_many(user, {"a": 1, "b": age})
local names_new = fresh('HEXISTS', names_key, { 'a', 'b' }, 0)
if call('HLEN', names_key) + names_new > 10 then
  return { 2, names_key }
end
-- profile.save(user, age=age, score=score, active=not active, nick=nick, born=born, seen=now())
call('HSET', profile_key, 'age', age, 'score', float_text(score), 'active', (not active) and '1' or '0', 'seen', now, 'level', '1')
if nick then
  call('HSET', profile_key, 'nick', nick)
else
  call('HDEL', profile_key, 'nick')
end
if born then
  call('HSET', profile_key, 'born', born)
else
  call('HDEL', profile_key, 'born')
end
call('PEXPIRE', profile_key, '7776000000')
-- doc.set(user, text, ttl=keep)
call('SET', doc_key, text, 'PX', doc_ttl)
-- names.set_many(user, {"a": 1, "b": age})
call('HSET', names_key, 'a', 1, 'b', age)
call('PEXPIRE', names_key, '3600000')
-- return now().timestamp()
return string.format('%.17g', (time[1] * 1000000 + time[2]) / 1000000)
