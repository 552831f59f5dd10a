"""The operations of redis.spec.yaml as a careful colleague would write them: same checks, bounds, TTLs, data, replies."""

from __future__ import annotations

from typing import Final

_ISO = """\
local floor = math.floor
local function iso(time)
  local seconds = tonumber(time[1])
  local day = floor(seconds / 86400)
  local second = seconds % 86400
  local z = day + 719468
  local era = floor(z / 146097)
  local doe = z % 146097
  local yoe = floor((doe - floor(doe / 1460) + floor(doe / 36524) - floor(doe / 146096)) / 365)
  local doy = doe - (365 * yoe + floor(yoe / 4) - floor(yoe / 100))
  local mp = floor((5 * doy + 2) / 153)
  local month = mp < 10 and mp + 3 or mp - 9
  local year = yoe + era * 400 + (month <= 2 and 1 or 0)
  return string.format('%04d-%02d-%02dT%02d:%02d:%02d.%06dZ', year, month, doy - floor((153 * mp + 2) / 5) + 1,
    floor(second / 3600), floor(second / 60) % 60, second % 60, time[2])
end
"""

# a counter that holds another text would fail at its DECRBY, behind the first write
_INT = """\
local function int(text)
  return string.find(text, '^-?%d+$') and tonumber(text)
end
"""

SCRIPTS: Final[dict[str, str]] = {
    "place_order": _ISO
    + _INT
    + """\
local stock = int(redis.call('GET', KEYS[1]) or '0')
if not stock then
  return redis.error_reply('the stock is no number')
end
local quantity = tonumber(ARGV[3])
if stock < quantity then
  return { 1, stock }
end
local left = stock - quantity
if left > 9007199254740991 then
  return { 2, stock }
end
redis.call('DECRBY', KEYS[1], ARGV[3])
redis.call('HSET', KEYS[2], 'sku', ARGV[1], 'quantity', ARGV[3], 'placed_at', iso(redis.call('TIME')))
redis.call('PEXPIRE', KEYS[2], ARGV[4])
redis.call('XADD', KEYS[3], 'MAXLEN', 1000, '*', 'order_id', ARGV[2], 'quantity', ARGV[3])
redis.call('PEXPIRE', KEYS[3], ARGV[4])
return left
""",
    "transfer": _INT
    + """\
local payer = int(redis.call('GET', KEYS[1]) or '0')
local payee = int(redis.call('GET', KEYS[2]) or '0')
if not payer or not payee then
  return redis.error_reply('the balance is no number')
end
local amount = tonumber(ARGV[1])
if payer < amount then
  return { 1, payer }
end
if payer - amount > 9007199254740991 or payee + amount < 0 or payee + amount > 9007199254740991 then
  return { 2 }
end
redis.call('DECRBY', KEYS[1], ARGV[1])
redis.call('INCRBY', KEYS[2], ARGV[1])
for at, moved in ipairs({ -amount, amount }) do
  if redis.call('LPUSH', KEYS[at + 2], moved) > 50 then
    redis.call('LTRIM', KEYS[at + 2], 0, 49)
  end
  redis.call('PEXPIRE', KEYS[at + 2], ARGV[2])
end
return payer - amount
""",
    "vote": """\
if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 1 then
  return { 1 }
end
if redis.call('SCARD', KEYS[1]) >= 1000000 then
  return { 2 }
end
local score = redis.call('ZSCORE', KEYS[2], ARGV[2])
if not score and redis.call('ZCARD', KEYS[2]) >= 100 then
  return { 3 }
end
redis.call('SADD', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
local after = redis.call('ZINCRBY', KEYS[2], 1, ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return after
""",
    "order_many": _INT
    + """\
local lines = #ARGV / 2 - 1
local left, total = {}, 0
for at = 1, lines do
  local key, quantity = KEYS[1 + at], tonumber(ARGV[2 + at])
  -- one article may stand on several lines
  local stock = left[key] or int(redis.call('GET', key) or '0')
  if not stock then
    return redis.error_reply('the stock is no number')
  end
  if stock < quantity then
    return { 1, ARGV[2 + lines + at], stock }
  end
  left[key] = stock - quantity
  total = total + quantity
end
for at = 1, lines do
  local quantity = ARGV[2 + at]
  local after = redis.call('DECRBY', KEYS[1 + at], quantity)
  redis.call('HSET', KEYS[1 + lines + at], 'quantity', quantity, 'left', after)
  redis.call('PEXPIRE', KEYS[1 + lines + at], ARGV[2])
end
redis.call('XADD', KEYS[1], 'MAXLEN', 1000, '*', 'order_id', ARGV[1], 'quantity', total)
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return total
""",
    "reserve": _INT
    + """\
local limit = redis.call('GET', KEYS[1])
if not limit then
  return { 1, 0, 0 }
end
limit = int(limit)
local used = int(redis.call('GET', KEYS[2]) or '0')
if not limit or not used then
  return redis.error_reply('the use is no number')
end
local taken = used + tonumber(ARGV[2])
if taken < 0 or taken > 9007199254740991 then
  return { 2, used }
end
if taken > limit then
  return { 1, taken, limit }
end
if redis.call('ZCARD', KEYS[3]) >= 1000 and not redis.call('ZSCORE', KEYS[3], ARGV[1]) then
  return { 3 }
end
local time = redis.call('TIME')
redis.call('INCRBY', KEYS[2], ARGV[2])
if redis.call('PTTL', KEYS[2]) < 0 then
  redis.call('PEXPIRE', KEYS[2], ARGV[3])
end
redis.call('ZADD', KEYS[3], time[1] + time[2] / 1000000, ARGV[1])
redis.call('PEXPIRE', KEYS[3], ARGV[3])
return limit - taken
""",
}
