-- phases: after a writer the readers that wait have their turn, after the last reader a writer
call('ZREMRANGEBYSCORE', KEYS[5], '-inf', now_ms)
call('ZREMRANGEBYSCORE', KEYS[6], '-inf', now_ms)
local readers_wait = call('ZCARD', KEYS[6])
local writers_wait = call('EXISTS', KEYS[5]) == 1
local lock = call('GET', KEYS[2])
if lock == '0:' and readers_wait == 0 then
  call('DEL', KEYS[2])
  lock = false
end
if not lock and readers_wait > 0 and (wrote or not writers_wait) then
  if wrote then
    call('SET', KEYS[2], '0:', 'PX', 50)
  end
  for _ = call('LLEN', KEYS[4]) + 1, readers_wait do
    call('LPUSH', KEYS[4], '1')
  end
  call('PEXPIRE', KEYS[4], 10000)
elseif writers_wait and (not lock or lock == '0:') and call('EXISTS', KEYS[1]) == 0 and call('EXISTS', KEYS[3]) == 0 then
  -- also while the readers' turn lasts: those that have not come by its end may be gone
  call('LPUSH', KEYS[3], '1')
  call('PEXPIRE', KEYS[3], 10000)
end
