-- a bucket in two keys: how full it was, and when; the caller says what time it is
local level_key, stamp_key = KEYS[1], KEYS[2]
local per_second, size = tonumber(ARGV[1]), tonumber(ARGV[2])
local now, wanted = tonumber(ARGV[3]), tonumber(ARGV[4])
local keep = math.floor(size / per_second * 2)
local level = tonumber(redis.call("get", level_key))
if level == nil then
  level = size
end
local since = tonumber(redis.call("get", stamp_key)) or 0
level = math.min(size, level + math.max(0, now - since) * per_second)
local granted = 0
if level >= wanted then
  level = level - wanted
  granted = 1
end
if keep > 0 then
  redis.call("setex", level_key, keep, level)
  redis.call("setex", stamp_key, keep, now)
end
return { granted, level }
