local call = redis.call
local time = call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
local ends_ms = tonumber(call('HGET', KEYS[1], ':ends') or '0')
local until_ms = tonumber(call('ZSCORE', KEYS[2], ARGV[2]) or '0')
if not ends_ms or ends_ms <= now_ms or until_ms <= now_ms then
  call('DEL', KEYS[1])
  call('ZREM', KEYS[2], ARGV[2])
