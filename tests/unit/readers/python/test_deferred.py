"""Functions that nobody calls in sight are read once: where they are handed on, or at the end."""

import pytest

from tests.unit.readers.python.reading import calls, read, told

HEAD = "import functools\nimport redis\nr = redis.Redis()\n"


@pytest.mark.parametrize(
    "body",
    [
        "return retry(lambda: r.get(key))",
        "return retry(again=lambda: r.get(key))",
        "return retry(functools.partial(r.get, key))",
        "later = lambda: r.get(key)\n    return later",
        "later = lambda: r.get(key)\n    return later()",
        "table = {'a': lambda: r.get(key)}\n    return table",
        "return retry(lambda: retry(lambda: r.get(key)))",
        "return [lambda: r.get(key)]",
    ],
)
def test_a_function_without_a_name_is_read_once(body: str) -> None:
    found = calls(f"{HEAD}def use(key):\n    {body}", name="use")
    assert [told(one) for one in found] == ["GET key"]


def test_what_it_is_given_is_unknown() -> None:
    found = calls(
        HEAD + "def use(keys):\n    return apply(keys, lambda key, n=1: r.get(key))", name="use"
    )
    assert [told(one) for one in found] == ["GET key"]


def test_it_stands_in_the_loop_that_hands_it_on() -> None:
    source = HEAD + "def use(keys):\n    for key in keys:\n        retry(lambda: r.get(key))"
    (found,) = calls(source, name="use")
    assert len(found.loops) == 1
    assert not found.sites


@pytest.mark.parametrize(
    ("source", "settings"),
    [
        ("make = lambda: redis.Redis(host='a')", {"host"}),
        ("make = functools.partial(redis.Redis, host='a')", {"host"}),
        ("from functools import partial\nmake = partial(redis.Redis, host='a')\nc = make(port=1)", {"host", "port"}),
        ("lazy = SimpleLazyObject(lambda: redis.Redis(host='a'))", {"host"}),
        ("class A:\n    c: redis.Redis = field(default_factory=lambda: redis.Redis(host='a'))", {"host"}),
        ("class A:\n    def go(self):\n        self.make = lambda: redis.Redis(host='a')", {"host"}),
    ],
)  # fmt: skip
def test_a_client_that_is_made_later(source: str, settings: set[str]) -> None:
    module = read("import functools\nimport redis\n" + source)
    assert [(set(one.settings), one.open) for one in module.clients] == [(settings, False)]


def test_what_is_called_later_is_a_client() -> None:
    source = "import functools\nimport redis\nmake = functools.partial(redis.Redis, host='a')\n"
    found = calls(source + "def use():\n    make().set('k', 1)")
    assert [(told(one), one.receiver.certain) for one in found] == [("SET k", True)]


def test_what_it_gives_is_itself_when_it_calls_itself() -> None:
    assert not calls(HEAD + "def use():\n    f = lambda: f()\n    return retry(f)")
