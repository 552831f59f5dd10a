"""Lua in Python: a fix that the literal's own quotes would end is not offered."""

import redis

client = redis.Redis(socket_timeout=2)

TAKE = """
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
else
  redis.call('SET', KEYS[1], ARGV[1])
end
"""


def take(name):
    client.eval(TAKE, 1, name, 10, 60)
    client.eval('redis.call("SET", KEYS[1], 1, "EX", 60) redis.call("SET", KEYS[1], 2)', 1, name)
