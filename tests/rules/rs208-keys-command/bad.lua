local call = redis.call
local names = call('keys', ARGV[1])
return #names
