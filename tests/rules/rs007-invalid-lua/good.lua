#!lua flags=no-writes
--[==[ a long
comment ]==]
local n, t = 0x10, {1, 'a'; b = 2, [3] = [[text]]}
repeat n = n - 1 until n < 0
for k, v in pairs(t) do if v then n = n + 1 else break end end
return {n, ("%d"):format(n), redis.call"PING", #t % 2 ^ 2}
