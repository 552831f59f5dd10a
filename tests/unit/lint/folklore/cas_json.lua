local raw = redis.call('GET', KEYS[1])
if not raw then return redis.error_reply('NOTFOUND') end
local doc = cjson.decode(raw)
if doc.version ~= tonumber(ARGV[1]) then return redis.error_reply('CONFLICT') end
doc.version = doc.version + 1
doc.body = ARGV[2]
local ttl = redis.call('PTTL', KEYS[1])
if ttl > 0 then
  redis.call('SET', KEYS[1], cjson.encode(doc), 'PX', ttl)
else
  redis.call('SET', KEYS[1], cjson.encode(doc))
end
return doc.version
