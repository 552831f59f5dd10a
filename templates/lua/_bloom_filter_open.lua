local bits, hashes = tonumber(ARGV[3]), tonumber(ARGV[4])
-- behind the bits stands what they are: their number, the hashes, and how many members were added
local label = 'bloom:' .. ARGV[3] .. ':' .. ARGV[4] .. ':'
local behind = call('GETRANGE', KEYS[1], bits / 8, -1)
local count = string.sub(behind, 1, #label) == label and tonumber(string.sub(behind, #label + 1))
if not count then
  if call('STRLEN', KEYS[1]) > 0 then
    return redis.error_reply('ERR not the declared Bloom filter')
  end
  count = 0
end
