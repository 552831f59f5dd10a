"""The functions that a script may need, each as readable Lua."""

from __future__ import annotations

from typing import Final

HELPERS: Final[dict[str, str]] = {
    "int": """\
-- The number that stored digits are; nil for other texts, and beyond what numbers hold exactly.
local function int(digits)
  local found = string.find(digits, '^-?%d+$') and tonumber(digits)
  return found and found >= -9007199254740991 and found <= 9007199254740991 and found or nil
end""",
    "unreadable": """\
-- What answers digits that no number holds exactly, or a text that is none.
local function unreadable(key, digits)
  return { string.find(digits, '^-?%d+$') and BEYOND or CORRUPT, key, digits }
end""",
    "float": """\
-- The number that a stored text is; nil for other texts.
local function float(stored)
  local found = tonumber(stored)
  return found == found and found or nil
end""",
    "float_text": """\
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
end""",
    "mod": """\
-- Python's remainder: it has the divisor's sign, also where it is 0.
local function mod(value, divisor)
  local rest = math.fmod(value, divisor)
  if rest == 0 then
    return divisor < 0 and -math.abs(rest) or math.abs(rest)
  elseif (rest < 0) ~= (divisor < 0) then
    return rest + divisor
  end
  return rest
end""",
    "quotient": """\
-- Python's quotient of ints, rounded down; every step of it is exact.
local function quotient(value, divisor)
  local rest = math.fmod(value, divisor)
  local found = (value - rest) / divisor
  return (rest ~= 0 and (rest < 0) ~= (divisor < 0)) and found - 1 or found + 0
end""",
    "floordiv": """\
-- Python's quotient of floats, rounded down.
local function floordiv(value, divisor)
  local quotient = (value - mod(value, divisor)) / divisor
  if quotient == 0 then
    return value / divisor < 0 and -math.abs(quotient) or math.abs(quotient)
  end
  local floor = math.floor(quotient)
  return quotient - floor > 0.5 and floor + 1 or floor
end""",
    "length": """\
-- How many characters a text in UTF-8 has.
local function length(value)
  local _, count = string.gsub(value, '[^\\128-\\191]', '')
  return count
end""",
    "has": """\
-- Whether a list has the value.
local function has(list, value)
  for _, each in ipairs(list) do
    if each == value then
      return true
    end
  end
  return false
end""",
    "items": """\
-- The items of a list argument: their number stands first.
local function items(first)
  local found = {}
  for i = 1, tonumber(ARGV[first]) do
    found[i] = ARGV[first + i]
  end
  return found
end""",
    "moment": """\
-- A stored datetime with all six digits of its microseconds, so that texts compare as times.
local function moment(stored)
  return #stored == 20 and string.sub(stored, 1, 19) .. '.000000Z' or stored
end""",
    "iso": """\
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
end""",
    "timestamp": """\
-- The seconds since 1970 of a stored datetime in UTC (days_from_civil by Howard Hinnant).
local function timestamp(stored)
  local year, month, day, hour, minute, second, rest =
    string.match(stored, '^(%d+)-(%d+)-(%d+)T(%d+):(%d+):(%d+)%.?(%d*)Z$')
  if not year then
    return nil
  end
  year, month = tonumber(year), tonumber(month)
  if month <= 2 then
    year = year - 1
  end
  local era = math.floor(year / 400)
  local yoe = year - era * 400
  local doy = math.floor((153 * (month > 2 and month - 3 or month + 9) + 2) / 5) + day - 1
  local days = era * 146097 + yoe * 365 + math.floor(yoe / 4) - math.floor(yoe / 100) + doy - 719468
  local micros = tonumber(string.sub(rest .. '000000', 1, 6))
  return ((days * 86400 + hour * 3600 + minute * 60 + second) * 1000000 + micros) / 1000000
end""",
    "counts": """\
-- What this script knows of each counter, by key: several keys may be one.
local counts = {}""",
    "count_of": """\
-- The count at a key as this script leaves it: what it adds is written at its end.
local function count_of(key)
  local known = counts[key]
  if not known then
    known = int(call('GET', key) or '0')
    counts[key] = known
  end
  return known
end""",
    "bloom_places": """\
-- Where a member's bits are: triple hashing with a cubic term (P. C. Dillinger and P. Manolios, 2004,
-- after A. Kirsch and M. Mitzenmacher: less hashing, same performance) over thirds of its SHA-1.
local function bloom_places(member, bits, hashes)
  local digest = redis.sha1hex(member)
  local x = tonumber(string.sub(digest, 1, 13), 16) % bits
  local y = tonumber(string.sub(digest, 14, 26), 16) % bits
  local z = tonumber(string.sub(digest, 27, 39), 16) % bits
  local found = {}
  for i = 1, hashes do
    found[i] = x
    x = (x + y) % bits
    y = (y + z) % bits
    z = (z + 1) % bits
  end
  return found
end""",
    "bloom_count": """\
-- How many members a Bloom filter counts, behind its bits; nil for what is no filter of this size.
local function bloom_count(key, bits, hashes)
  local label = string.format('bloom:%.0f:%.0f:', bits, hashes)
  local behind = call('GETRANGE', key, bits / 8, -1)
  if string.sub(behind, 1, #label) == label then
    return tonumber(string.sub(behind, #label + 1))
  end
  return call('STRLEN', key) == 0 and 0 or nil
end""",
    "bloom_holds": """\
-- Whether a Bloom filter has all bits of a member.
local function bloom_holds(key, member, bits, hashes)
  for _, place in ipairs(bloom_places(member, bits, hashes)) do
    if call('GETBIT', key, place) == 0 then
      return false
    end
  end
  return true
end""",
    "bloom_fresh": """\
-- How many of these members a Bloom filter does not have yet, each counted once.
local function bloom_fresh(key, members, bits, hashes)
  local count, seen = 0, {}
  for _, member in ipairs(members) do
    if not seen[member] and not bloom_holds(key, member, bits, hashes) then
      count = count + 1
    end
    seen[member] = true
  end
  return count
end""",
    "bloom_add": """\
-- Sets the bits of members, counts those that are new, and returns their number.
local function bloom_add(key, members, bits, hashes)
  local label = string.format('bloom:%.0f:%.0f:', bits, hashes)
  local count, added = bloom_count(key, bits, hashes), 0
  if count == 0 and #members > 0 then
    call('SETRANGE', key, bits / 8, label .. '0000000000')
  end
  for _, member in ipairs(members) do
    local new = 0
    for _, place in ipairs(bloom_places(member, bits, hashes)) do
      if call('SETBIT', key, place, 1) == 0 then
        new = 1
      end
    end
    added = added + new
  end
  if added > 0 then
    call('SETRANGE', key, bits / 8, label .. string.format('%010d', count + added))
  end
  return added
end""",
    "fresh": """\
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
end""",
}
"""By name; a helper may use those that stand before it."""

NEEDS: Final[dict[str, tuple[str, ...]]] = {
    "floordiv": ("mod",),
    "bloom_holds": ("bloom_places",),
    "bloom_fresh": ("bloom_places", "bloom_holds"),
    "bloom_add": ("bloom_places", "bloom_count"),
    "count_of": ("int", "counts"),
}


def helper_lines(names: set[str], numbers: dict[str, int]) -> list[str]:
    """The functions of these names and what they need, in an order in which they can be defined.

    `numbers` are those of the refusals that a function answers.
    """
    wanted = set(names)
    for name in names:
        wanted.update(NEEDS.get(name, ()))
    out: list[str] = []
    for name, body in HELPERS.items():
        if name not in wanted:
            continue
        made = body
        for word, number in numbers.items():
            made = made.replace(word, str(number))
        out += [*made.split("\n"), ""]
    return out
