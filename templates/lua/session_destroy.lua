-- Ends a session.
-- KEYS[1]  the session
-- KEYS[2]  the index of its user
-- ARGV[1]  the session's digest
-- Reply    1 when it was in the index, else 0
-- Retry    token-protected: a digest never comes back
redis.call('DEL', KEYS[1])
return redis.call('ZREM', KEYS[2], ARGV[1])
