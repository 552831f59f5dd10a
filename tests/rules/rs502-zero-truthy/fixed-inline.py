"""Lua in the texts of a Python file: long ones, joined ones, with escapes."""

import textwrap

import redis

client = redis.Redis(socket_timeout=2)

LONG = """
-- é stands before it
if redis.call('EXISTS', KEYS[1]) == 1 then
  return redis.call('GET', KEYS[1])
end
"""

TAKE = client.register_script(
    textwrap.dedent("""\
        if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 1 then
          return 1
        end
    """)
)


class Store:
    def __init__(self, client: redis.Redis):
        self.client = client

    def known(self, name):
        return self.client.eval(
            "local here = redis.call('EXISTS', KEYS[1])\n"
            "if here == 1 then return 1 end "
            'return 0',
            1,
            f"known:{name}",
        )

    def long(self, name):
        return self.client.eval(LONG, 1, f"long:{name}")
