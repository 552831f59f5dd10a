"""What is no whole script says nothing: its other parts decide."""

import redis

client = redis.Redis(socket_timeout=2)

MOULD = """
if redis.call('EXISTS', KEYS[1]) then return {amount} end
"""
HALF = "local here = redis.call('EXISTS', KEYS[1]) if here then return 1 end "
FINE = """
-- redisspec: ignore[zero-truthy] the server answers nil here
if redis.call('EXISTS', KEYS[1]) then return 1 end
return 0
"""


def take(name, amount):
    """Runs `if redis.call('EXISTS', KEYS[1]) then` on the server."""
    client.eval(MOULD.format(amount=amount), 1, name)
    client.eval(HALF + amount, 1, name)
    client.eval(f"if redis.call('EXISTS', KEYS[1]) then return {amount} end", 1, name)
    return client.eval(FINE, 1, name)


def compared(name):
    return client.eval("if redis.call('EXISTS', KEYS[1]) == 1 then return 1 end", 1, name)
