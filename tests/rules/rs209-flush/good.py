import unittest

import redis

client = redis.Redis(socket_timeout=2)


def reset(keys):
    client.unlink(*keys)


class TestBasket(unittest.TestCase):
    """Beside what it tests: it may flush what it likes."""

    def setUp(self):
        self.client = redis.Redis(db=15)
        self.client.flushdb()

    def test_empty(self):
        assert not self.client.keys("*")
