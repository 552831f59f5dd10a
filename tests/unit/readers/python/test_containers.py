"""Clients, and objects of the project, that are used like dictionaries."""

import pytest

from tests.unit.readers.python.reading import calls

HEAD = "import redis\nr = redis.Redis()\n"
OBJECT = """
class Shelf:
    def __init__(self, name):
        self.name = name
        self.redis = redis.Redis()

    def __getitem__(self, key):
        return self.redis.hget(self.name, key)

    def __setitem__(self, key, value):
        self.redis.hset(self.name, key, value)

    def __delitem__(self, key):
        self.redis.hdel(self.name, key)

    def __contains__(self, key):
        return self.redis.hexists(self.name, key)

"""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return r[x]", ["GET"]),
        ("r[x] = 1", ["SET"]),
        ("r[x] += 1", ["GET", "SET"]),
        ("del r[x]", ["DEL"]),
        ("return x in r", ["EXISTS"]),
        ("if x not in r:\n        r[x] = y", ["EXISTS", "SET"]),
        ("return [r[one] for one in x]", ["GET"]),
        ("r[x] = r.incr(y)", ["INCR", "SET"]),
        ("return {}[x], x[r], r in x, r.ttl(y)", ["TTL"]),
    ],
)
def test_a_client(body: str, expected: list[str]) -> None:
    found = calls(f"{HEAD}\ndef use(x, y):\n    {body}\n", name="use")
    assert [one.command for one in found] == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return self[x]", ["HGET"]),
        ("self[x] = y", ["HSET"]),
        ("del self[x]", ["HDEL"]),
        ("if x not in self:\n            self[x] = y\n        return self[x]", ["HEXISTS", "HSET", "HGET"]),
        ("for name, value in x.items():\n            self[name] = value", ["HSET"]),
    ],
)  # fmt: skip
def test_an_object(body: str, expected: list[str]) -> None:
    text = f"{HEAD}{OBJECT}    def use(self, x, y):\n        {body}\n"
    found = calls(text, name="Shelf.use")
    assert [one.command for one in found] == expected
    assert all(one.sites for one in found)


def test_what_is_looked_for_decides() -> None:
    _, write = calls(
        f"{HEAD}\ndef use(x):\n    if x in r:\n        return\n    r[x] = 1\n", name="use"
    )
    (guard,) = write.guards
    assert (guard.condition.text, guard.holds) == ("EXISTS", False)
    assert [key.value.text for key in write.keys] == ["x"]


def test_settings_under_a_clients_name_are_no_client() -> None:
    source = (
        "import redis\nfrom django.conf import settings\n"
        "def use():\n    if 'password' in settings.REDIS:\n        return redis.Redis(password=settings.REDIS['password'])\n"
    )
    assert not calls(source)
