-- Operation place_order of shop. Take stock, record the order and announce it; or change nothing.
-- KEYS[1]   stock(shop_id, sku)  shop:stock:{<shop_id:int>}:<sku:slug>
-- KEYS[2]   order(shop_id, order_id)  shop:order:{<shop_id:int>}:<order_id:uuid>
-- KEYS[3]   order_events(shop_id)  shop:events:{<shop_id:int>}
-- ARGV[1]   sku: slug
-- ARGV[2]   order_id: uuid
-- ARGV[3]   quantity: int
-- ARGV[4]   the TTL of order_events in milliseconds
-- Reply    int
--          { 1, … } ArithmeticFault: a stored int beyond 2^53 - 1
--          { 2, … } DecodeError: the key and what stands there instead of int
--          { 3, … } OutOfStock(left)
--          { 4, … } BoundExceeded: the key and the count, which would leave 0 to 9007199254740991
--          { 5, … } DecodeError: the key and what stands there instead of a key of the type hash
--          { 6, … } DecodeError: the key and what stands there instead of a key of the type stream
--          { 7, … } ArithmeticFault: an int beyond 2^53 - 1
-- redisspec: ignore-file[missing-ttl] declared to live for ever: stock
local call = redis.call

-- The number that stored digits are; nil for other texts, and beyond what numbers hold exactly.
local function int(digits)
  local found = string.find(digits, '^-?%d+$') and tonumber(digits)
  return found and found >= -9007199254740991 and found <= 9007199254740991 and found or nil
end

-- What answers digits that no number holds exactly, or a text that is none.
local function unreadable(key, digits)
  return { string.find(digits, '^-?%d+$') and 1 or 2, key, digits }
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

local stock_key = KEYS[1]
local order_key = KEYS[2]
local order_events_key = KEYS[3]
local sku = ARGV[1]
local order_id = ARGV[2]
local quantity_digits = ARGV[3]
local quantity = tonumber(quantity_digits)
local order_events_ttl = ARGV[4]
local time = call('TIME')
local now = iso(tonumber(time[1]), tonumber(time[2]))

-- left = stock.get(shop_id, sku)
local stock_count = int(call('GET', stock_key) or '0')
if not stock_count then
  return unreadable(stock_key, call('GET', stock_key))
end
local left = stock_count
-- if left < quantity:
if left < quantity then
  -- raise OutOfStock(left)
  return { 3, left }
end
-- stock.decrement(shop_id, sku, by=quantity)
local stock_after = stock_count - quantity
if stock_after < 0 or stock_after > 9007199254740991 then
  return { 4, stock_key, stock_count }
end
stock_count = stock_after
-- order.save(shop_id, order_id, sku=sku, quantity=quantity, placed_at=now())
local order_type = call('TYPE', order_key).ok
if order_type ~= 'hash' and order_type ~= 'none' then
  return { 5, order_key, order_type }
end
-- order_events.append(shop_id, order_id=order_id, quantity=quantity)
local order_events_type = call('TYPE', order_events_key).ok
if order_events_type ~= 'stream' and order_events_type ~= 'none' then
  return { 6, order_events_key, order_events_type }
end
-- return left - quantity
local result = left - quantity
if result > 9007199254740991 then
  return { 7 }
end
-- stock.decrement(shop_id, sku, by=quantity)
call('DECRBY', stock_key, quantity_digits)
-- order.save(shop_id, order_id, sku=sku, quantity=quantity, placed_at=now())
call('HSET', order_key, 'sku', sku, 'quantity', quantity_digits, 'placed_at', now)
call('PEXPIRE', order_key, '7776000000')
-- order_events.append(shop_id, order_id=order_id, quantity=quantity)
call('XADD', order_events_key, 'MAXLEN', 100000, '*', 'order_id', order_id, 'quantity', quantity_digits)
call('PEXPIRE', order_events_key, order_events_ttl)
-- return left - quantity
return result
