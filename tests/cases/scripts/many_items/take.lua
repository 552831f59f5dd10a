-- Operation take of shop.
-- KEYS[1…]  stock(shop_id, each of skus)  shop:stock:{<shop_id:int>}:<sku:slug>
-- ARGV[1…]  skus: how many, then each (slug)
-- ARGV[2…]  quantities: how many, then each (int)
-- Reply    int
--          { 1, … } ArithmeticFault: a stored int beyond 2^53 - 1
--          { 2, … } DecodeError: the key and what stands there instead of int
--          { 3, … } OutOfStock(sku)
--          { 4, … } BoundExceeded: the key and the count, which would leave 0 to 9007199254740991
--          { 5, … } ArithmeticFault: an int beyond 2^53 - 1
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

-- The items of a list argument: their number stands first.
local function items(first)
  local found = {}
  for i = 1, tonumber(ARGV[first]) do
    found[i] = ARGV[first + i]
  end
  return found
end

-- What this script knows of each counter, by key: several keys may be one.
local counts = {}

-- The count at a key as this script leaves it: what it adds is written at its end.
local function count_of(key)
  local known = counts[key]
  if not known then
    known = int(call('GET', key) or '0')
    counts[key] = known
  end
  return known
end

local skus = items(1)
local quantities = items(2 + #skus)
local stock_keys = 0

-- for sku, quantity in zip(skus, quantities):
for i = 1, math.min(#skus, #quantities) do
  local sku = skus[i]
  local quantity = tonumber(quantities[i])
  local stock_key = KEYS[stock_keys + i]
  -- if stock.get(shop_id, sku) < quantity:
  local stock_count = count_of(stock_key)
  if not stock_count then
    return unreadable(stock_key, (call('GET', stock_key) or ''))
  end
  if stock_count < quantity then
    -- raise OutOfStock(sku)
    return { 3, sku }
  end
  -- stock.decrement(shop_id, sku, by=quantity)
  local stock_after = stock_count - quantity
  if stock_after < 0 or stock_after > 9007199254740991 then
    return { 4, stock_key, stock_count }
  end
  counts[stock_key] = stock_after
end
-- return sum(quantities)
local total = 0
for _, each in ipairs(quantities) do
  total = total + tonumber(each)
  if total > 9007199254740991 or total < -9007199254740991 then
    break
  end
end
if total > 9007199254740991 or total < -9007199254740991 then
  return { 5 }
end
-- for sku, quantity in zip(skus, quantities):
for i = 1, math.min(#skus, #quantities) do
  local stock_key = KEYS[stock_keys + i]
  -- stock.decrement(shop_id, sku, by=quantity)
  call('DECRBY', stock_key, quantities[i])
end
-- return sum(quantities)
return total
