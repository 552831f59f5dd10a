-- Operation transfer of bank. Move an amount from one account to another.
-- KEYS[1]   balance(bank, source)  bank:balance:{<bank:slug>}:<account:int>
-- KEYS[2]   balance(bank, target)  bank:balance:{<bank:slug>}:<account:int>
-- ARGV[1]   amount: int
-- Reply    int
--          { 1, … } NotPositive(amount)
--          { 2, … } ArithmeticFault: a stored int beyond 2^53 - 1
--          { 3, … } DecodeError: the key and what stands there instead of int
--          { 4, … } InsufficientFunds(left, wanted)
--          { 5, … } BoundExceeded: the key and the count, which would leave 0 to 9007199254740991
--          { 6, … } ArithmeticFault: an int beyond 2^53 - 1
-- redisspec: ignore-file[missing-ttl] declared to live for ever: balance
local call = redis.call

-- The number that stored digits are; nil for other texts, and beyond what numbers hold exactly.
local function int(digits)
  local found = string.find(digits, '^-?%d+$') and tonumber(digits)
  return found and found >= -9007199254740991 and found <= 9007199254740991 and found or nil
end

-- What answers digits that no number holds exactly, or a text that is none.
local function unreadable(key, digits)
  return { string.find(digits, '^-?%d+$') and 2 or 3, key, digits }
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

local balance_key = KEYS[1]
local balance_key_2 = KEYS[2]
local amount_digits = ARGV[1]
local amount = tonumber(amount_digits)

-- if amount <= 0:
if amount <= 0 then
  -- raise NotPositive(amount)
  return { 1, amount }
end
-- left = balance.get(bank, source)
local balance_count = count_of(balance_key)
if not balance_count then
  return unreadable(balance_key, (call('GET', balance_key) or ''))
end
local left = balance_count
-- if left < amount:
if left < amount then
  -- raise InsufficientFunds(left, wanted=amount)
  return { 4, left, amount }
end
-- balance.decrement(bank, source, by=amount)
local balance_after = balance_count - amount
if balance_after < 0 or balance_after > 9007199254740991 then
  return { 5, balance_key, balance_count }
end
counts[balance_key] = balance_after
-- balance.increment(bank, target, by=amount)
local balance_count_2 = count_of(balance_key_2)
if not balance_count_2 then
  return unreadable(balance_key_2, (call('GET', balance_key_2) or ''))
end
local balance_after_2 = balance_count_2 + amount
if balance_after_2 < 0 or balance_after_2 > 9007199254740991 then
  return { 5, balance_key_2, balance_count_2 }
end
counts[balance_key_2] = balance_after_2
-- return left - amount
local result = left - amount
if result > 9007199254740991 then
  return { 6 }
end
-- balance.decrement(bank, source, by=amount)
call('DECRBY', balance_key, amount_digits)
-- balance.increment(bank, target, by=amount)
call('INCRBY', balance_key_2, amount_digits)
-- return left - amount
return result
