redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2], 'NX')
local key = KEYS[2]
redis.call('SET', key, ARGV[1], 'EX', 60, 'NX')
return 1
