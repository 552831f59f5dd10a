-- move_stock, from scripts/move.lua
-- KEYS[1] source: stock(shop_id, from_sku)
-- KEYS[2] target: stock(shop_id, to_sku)
-- KEYS[3] paid: paid(shop_id)
-- ARGV[1] shop_id
-- ARGV[2] from_sku
-- ARGV[3] to_sku
-- ARGV[4], ARGV[5] most: 1 and the value, or 0 and ''
-- ARGV[6] notes
-- KEYS are checked by the caller.
local there = tonumber(redis.call('GET', KEYS[1]) or '0')
if ARGV[4] == '1' then there = math.min(there, tonumber(ARGV[5])) end
redis.call('DECRBY', KEYS[1], there)
return {there, redis.call('INCRBY', KEYS[2], there)}
