-- the key lives as long as the lease that ends last, which need not be this one
local last = call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')
call('PEXPIRE', KEYS[1], math.max(1, tonumber(last[2]) - now_ms))
