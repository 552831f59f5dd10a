-- Gives a mutex back, or up: a token that waits stops waiting, one that was given up never gets it.
-- KEYS[1]  the lock: "<fence>:<token>", or "0:" while it is kept for one that waits
-- KEYS[2]  the wake list
-- KEYS[3]  who waits, by the end of its patience
-- KEYS[4]  the token's tomb
-- ARGV[1]  the token
-- ARGV[2]  for how many milliseconds a late acquire of the token is refused, 0 for not at all
-- Reply    1 where the token held the lock, else 0
-- Retry    token-protected: another's lock is left alone
local call = redis.call
local token, tomb_ms = ARGV[1], tonumber(ARGV[2])
local held = call('GET', KEYS[1])
local own = held and string.match(held, '^%d+:(.*)$') == token
-- what frees memory comes first: then a full server refuses none of the rest
call('ZREM', KEYS[3], token)
if own then
  call('DEL', KEYS[1])
end
if tomb_ms > 0 then
  call('SET', KEYS[4], '1', 'PX', tomb_ms)
end
if own or held == '0:' then
  local time = call('TIME')
  call('ZREMRANGEBYSCORE', KEYS[3], '-inf', tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000))
  if call('EXISTS', KEYS[3]) == 1 then
    -- kept for who waits: whoever comes by just now would be faster every time
    call('SET', KEYS[1], '0:', 'PX', 50)
    if call('EXISTS', KEYS[2]) == 0 then
      call('LPUSH', KEYS[2], '1')
      call('PEXPIRE', KEYS[2], 10000)
    end
  elseif not own then
    call('DEL', KEYS[1])
  end
end
return own and 1 or 0
