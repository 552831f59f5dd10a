-- the TTL follows
redis.call('SET', KEYS[1], ARGV[1])
redis.call('EXPIRE', KEYS[1], 60)
-- the caller chooses
if ARGV[3] == '' then
  redis.call('SET', KEYS[2], ARGV[1])
else
  redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[3])
end
-- the key's own TTL decides
local ttl = redis.call('PTTL', KEYS[3])
if ttl > 0 then
  redis.call('SET', KEYS[3], ARGV[1], 'PX', ttl)
else
  redis.call('SET', KEYS[3], ARGV[1])
end
-- what is renamed brings its TTL along
redis.call('SADD', KEYS[4], ARGV[1])
redis.call('EXPIRE', KEYS[4], 60)
redis.call('RENAME', KEYS[4], KEYS[5])
redis.call('SET', KEYS[6], 1, 'KEEPTTL')
redis.call('EXPIRE', KEYS[6], 60, 'NX')
-- the caller pins it
if ARGV[4] == 'pin' then
  redis.call('SET', KEYS[7], ARGV[1])
else
  redis.call('SET', KEYS[7], ARGV[1], 'EX', 60)
end
return 1
