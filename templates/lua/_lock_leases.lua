-- a lease past its end is none; none ends later than one that began now, even after the clock stepped back
call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now_ms)
for _, late in ipairs(call('ZRANGEBYSCORE', KEYS[1], string.format('(%.0f', now_ms + most_ms), '+inf', 'LIMIT', 0, 1000)) do
  call('ZADD', KEYS[1], 'XX', now_ms + most_ms, late)
end
