-- redisspec: ignore-file[missing-ttl] the nightly job deletes them
-- redisspec: ignore[undeclared-key, RS707] one server, no cluster
redis.call(
  'MSET',
  'stock:1', ARGV[1],
  'stock:2', ARGV[2]
)
local text = '-- redisspec: ignore[RS501] no comment'
return redis.call('GET', 'other') -- redisspec: ignore[RS501] likewise
