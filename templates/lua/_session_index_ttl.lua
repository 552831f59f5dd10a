local last = call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')
call('PEXPIRE', KEYS[2], math.max(1, math.ceil((last[2] - now_us) / 1000)))
