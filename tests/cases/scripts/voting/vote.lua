-- Operation vote of polls.
-- KEYS[1]   voters(poll)  polls:voters:{<poll:int>}
-- KEYS[2]   ranking(poll)  polls:ranking:{<poll:int>}
-- ARGV[1]   user: int
-- ARGV[2]   choice: slug
-- Reply    float
--          { 1, … } CollectionFull: the key, which holds 10000 items
--          { 2, … } AlreadyVoted()
--          { 3, … } NoSuchChoice(choice)
--          { 4, … } ArithmeticFault: a score that is no number
local call = redis.call

local voters_key = KEYS[1]
local ranking_key = KEYS[2]
local user = ARGV[1]
local choice = ARGV[2]

-- if voters.add(poll, user) == 0:
if call('SCARD', voters_key) >= 10000 and call('SISMEMBER', voters_key, user) == 0 then
  return { 1, voters_key }
end
local voters_added = call('SISMEMBER', voters_key, user) == 0 and 1 or 0
if voters_added == 0 then
  -- raise AlreadyVoted
  return { 2 }
end
-- score = ranking.score(poll, choice)
local ranking_score = call('ZSCORE', ranking_key, choice) or nil
local ranking_score_number = ranking_score and tonumber(ranking_score)
local score = ranking_score_number
-- if score is None:
if score == nil then
  -- raise NoSuchChoice(choice)
  return { 3, choice }
end
-- return ranking.increment(poll, choice)
local score_before = call('ZSCORE', ranking_key, choice)
local score_after = tonumber(score_before or '0') + 1
if score_after ~= score_after then
  return { 4 }
end
-- if voters.add(poll, user) == 0:
call('SADD', voters_key, user)
call('PEXPIRE', voters_key, '2592000000')
-- return ranking.increment(poll, choice)
call('ZINCRBY', ranking_key, '1.0', choice)
call('ZREMRANGEBYRANK', ranking_key, 0, -101)
call('PEXPIRE', ranking_key, '2592000000')
return string.format('%.17g', score_after)
