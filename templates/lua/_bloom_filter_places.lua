-- Where a member's bits are: triple hashing with a cubic term (P. C. Dillinger and P. Manolios, 2004,
-- after A. Kirsch and M. Mitzenmacher: less hashing, same performance) over thirds of its SHA-1.
local function places(member)
  local digest = redis.sha1hex(member)
  local x = tonumber(string.sub(digest, 1, 13), 16) % bits
  local y = tonumber(string.sub(digest, 14, 26), 16) % bits
  local z = tonumber(string.sub(digest, 27, 39), 16) % bits
  local found = {}
  for i = 1, hashes do
    found[i] = x
    x = (x + y) % bits
    y = (y + z) % bits
    z = (z + 1) % bits
  end
  return found
end
