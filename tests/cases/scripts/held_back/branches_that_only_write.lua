-- Operation branches_that_only_write of jobs.
-- KEYS[1]   seen(queue)  jobs:seen:{<queue:slug>}
-- KEYS[2]   total(queue)  jobs:total:{<queue:slug>}
-- ARGV[1]   name: str
-- ARGV[2]   urgent: bool
-- ARGV[3]   the TTL of total in milliseconds
-- Reply    nil
--          { 1, … } CollectionFull: the key, which holds 1000 items
--          { 2, … } ArithmeticFault: a stored int beyond 2^53 - 1
--          { 3, … } DecodeError: the key and what stands there instead of int
--          { 4, … } BoundExceeded: the key and the count, which would leave -9007199254740991 to 1000000
--          { 5, … } TooMany()
local call = redis.call
local later = {}

-- The number that stored digits are; nil for other texts, and beyond what numbers hold exactly.
local function int(digits)
  local found = string.find(digits, '^-?%d+$') and tonumber(digits)
  return found and found >= -9007199254740991 and found <= 9007199254740991 and found or nil
end

-- What answers digits that no number holds exactly, or a text that is none.
local function unreadable(key, digits)
  return { string.find(digits, '^-?%d+$') and 2 or 3, key, digits }
end

local seen_key = KEYS[1]
local total_key = KEYS[2]
local name = ARGV[1]
local urgent = ARGV[2] == '1'
local total_ttl = ARGV[3]

-- if urgent:
if urgent then
  -- seen.add(queue, "urgent")
  if call('SCARD', seen_key) >= 1000 and call('SISMEMBER', seen_key, 'urgent') == 0 then
    return { 1, seen_key }
  end
  later[#later + 1] = function()
    -- seen.add(queue, "urgent")
    call('SADD', seen_key, 'urgent')
    call('PEXPIRE', seen_key, '86400000')
  end
else
  -- seen.add(queue, name)
  if call('SCARD', seen_key) >= 1000 and call('SISMEMBER', seen_key, name) == 0 then
    return { 1, seen_key }
  end
  later[#later + 1] = function()
    -- seen.add(queue, name)
    call('SADD', seen_key, name)
    call('PEXPIRE', seen_key, '86400000')
  end
end
-- if total.increment(queue) > 10:
local total_count = int(call('GET', total_key) or '0')
if not total_count then
  return unreadable(total_key, call('GET', total_key))
end
local total_after = total_count + 1
if total_after > 1000000 then
  return { 4, total_key, total_count }
end
total_count = total_after
if total_after > 10 then
  -- raise TooMany
  return { 5 }
end
later[#later + 1] = function()
  -- if total.increment(queue) > 10:
  call('INCRBY', total_key, 1)
  if call('PTTL', total_key) < 0 then
    call('PEXPIRE', total_key, total_ttl)
  end
end
for _, write in ipairs(later) do
  write()
end
