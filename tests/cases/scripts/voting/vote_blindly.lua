-- Operation vote_blindly of polls.
-- KEYS[1]   voters(poll)  polls:voters:{<poll:int>}
-- ARGV[1]   user: int
-- Reply    int
--          { 1, … } CollectionFull: the key, which holds 10000 items
local call = redis.call

local voters_key = KEYS[1]
local user = ARGV[1]

-- return voters.add(poll, user)
if call('SCARD', voters_key) >= 10000 and call('SISMEMBER', voters_key, user) == 0 then
  return { 1, voters_key }
end
local voters_added = call('SADD', voters_key, user)
call('PEXPIRE', voters_key, '2592000000')
return voters_added
