-- Operation enqueue_all of jobs.
-- KEYS[1]   seen(queue)  jobs:seen:{<queue:slug>}
-- KEYS[2]   jobs(queue)  jobs:job:{<queue:slug>}
-- KEYS[3]   total(queue)  jobs:total:{<queue:slug>}
-- ARGV[1]   urgent: bool
-- ARGV[2]   the TTL of total in milliseconds
-- ARGV[3…]  names: how many, then each (str)
-- Reply    bool
--          { 1, … } Duplicate(name)
--          { 2, … } DecodeError: the key and what stands there instead of a key of the type list
--          { 3, … } ArithmeticFault: a stored int beyond 2^53 - 1
--          { 4, … } DecodeError: the key and what stands there instead of int
--          { 5, … } Urgent()
--          { 6, … } BoundExceeded: the key and the count, which would leave -9007199254740991 to 1000000
local call = redis.call
local later = {}

-- The number that stored digits are; nil for other texts, and beyond what numbers hold exactly.
local function int(digits)
  local found = string.find(digits, '^-?%d+$') and tonumber(digits)
  return found and found >= -9007199254740991 and found <= 9007199254740991 and found or nil
end

-- What answers digits that no number holds exactly, or a text that is none.
local function unreadable(key, digits)
  return { string.find(digits, '^-?%d+$') and 3 or 4, key, digits }
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

local seen_key = KEYS[1]
local jobs_key = KEYS[2]
local total_key = KEYS[3]
local urgent = ARGV[1] == '1'
local total_ttl = ARGV[2]
local names = items(3)

-- for name in names:
local stop = false
for i = 1, #names do
  repeat
    local name = names[i]
    -- if seen.contains(queue, name):
    local seen_contains = call('SISMEMBER', seen_key, name) == 1
    if seen_contains then
      -- raise Duplicate(name)
      return { 1, name }
    end
    -- if name == "":
    if name == '' then
      -- continue
      break
    end
    -- if name == "stop":
    if name == 'stop' then
      -- break
      stop = true
      break
    end
    -- jobs.push(queue, name)
    local jobs_type = call('TYPE', jobs_key).ok
    if jobs_type ~= 'list' and jobs_type ~= 'none' then
      return { 2, jobs_key, jobs_type }
    end
    later[#later + 1] = function()
      -- jobs.push(queue, name)
      if call('LPUSH', jobs_key, name) > 1000 then
        call('LTRIM', jobs_key, 0, 999)
      end
      call('PEXPIRE', jobs_key, '86400000')
    end
  until true
  if stop then
    break
  end
end
-- if urgent:
if urgent then
  -- if total.get(queue) > 1000:
  local total_count = count_of(total_key)
  if not total_count then
    return unreadable(total_key, (call('GET', total_key) or ''))
  end
  if total_count > 1000 then
    -- raise Urgent
    return { 5 }
  end
  later[#later + 1] = function()
    -- seen.touch(queue)
    call('PEXPIRE', seen_key, '86400000')
  end
end
-- total.increment(queue, by=len(names))
local total_count_2 = count_of(total_key)
if not total_count_2 then
  return unreadable(total_key, (call('GET', total_key) or ''))
end
local total_after = total_count_2 + #names
if total_after > 1000000 then
  return { 6, total_key, total_count_2 }
end
for _, write in ipairs(later) do
  write()
end
counts[total_key] = total_after
call('INCRBY', total_key, #names)
if call('PTTL', total_key) < 0 then
  call('PEXPIRE', total_key, total_ttl)
end
-- return jobs.ttl(queue) is None
local jobs_ttl = call('PTTL', jobs_key)
if jobs_ttl == -2 then
  jobs_ttl = nil
end
return (jobs_ttl == nil) and 1 or 0
