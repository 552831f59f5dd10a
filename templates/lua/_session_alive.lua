local call = redis.call
local time = call('TIME')
local now_us = time[1] * 1000000 + time[2]
local ends_us = tonumber(call('HGET', KEYS[1], ':ends') or '0')
local until_us = tonumber(call('ZSCORE', KEYS[2], ARGV[2]) or '0')
if not ends_us or ends_us <= now_us or until_us <= now_us then
  call('DEL', KEYS[1])
  call('ZREM', KEYS[2], ARGV[2])
