import redis

PREFIX = "shop"
TRIM = "return redis.call('LTRIM', KEYS[1], 0, ARGV[1])"


class Sums:
    SCRIPT = f"return redis.call('GET', '{PREFIX}:sum')"

    def __init__(self, client: redis.Redis):
        self.client = client
        self.trim = client.register_script(TRIM)

    def get(self):
        return self.client.eval(self.SCRIPT, 0)

    def constant(self):
        return self.client.eval(f"return redis.call('GET', KEYS[1]) or '{PREFIX}'", 1, "a")

    def given(self, script, name):
        # The caller's script is the caller's.
        return self.client.eval(script, 1, name)

    def add(self, name, amount):
        return self.client.eval("return redis.call('INCRBY', KEYS[1], ARGV[1])", 1, name, amount)
