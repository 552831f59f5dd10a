"""Only files that can touch Redis are parsed: those that speak of it, and those that import one of them."""

import pytest

from redisspec.readers.python.project import Project
from redisspec.readers.python.relevance import relevant
from redisspec.readers.python.vocabulary import ONLY_REDIS, speaks


@pytest.mark.parametrize("method", sorted(ONLY_REDIS))
def test_every_method_of_redis_alone_is_heard(method: str) -> None:
    assert speaks(f"cache.{method}(1)".encode())
    assert speaks(f"cache.{method} (1)".encode())
    assert not speaks(f"cache.un{method}(1)".encode())


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        (b"import redis", True),
        (b"REDIS_URL = 1", True),
        (b"from valkey import Valkey", True),
        (b"# you may redistribute it", False),
        (b"# Redistribution; see redis.io", True),
        (b"x = hset(1)", False),
    ],
)
def test_what_is_heard(text: bytes, heard: bool) -> None:
    assert speaks(text) is heard


FILES = {
    "shop/__init__.py": b"",
    "shop/store.py": b"import redis\nclient = redis.Redis()\n",
    "shop/direct.py": b"from shop.store import client\n",
    "shop/relative.py": b"from . import (\n    other,\n    store,\n)\n",
    "shop/sibling.py": b"from .store import client as c\n",
    "shop/whole.py": b"import os, shop.store as s\n",
    "shop/second.py": b"from shop.direct import client\n",
    "shop/namesake.py": b"from elsewhere.store import client\n",
    "shop/unrelated.py": b"import json\n\nstore = 1\n",
    "shop/inside.py": b"def get():\n    from shop.store import client\n    return client\n",
}


def test_what_imports_a_file_that_speaks_is_relevant() -> None:
    found = relevant(FILES, (), FILES.get, Project(FILES, lambda _: None))
    assert [path.removeprefix("shop/") for path in found] == [
        "store.py", "direct.py", "relative.py", "sibling.py", "whole.py", "inside.py",
    ]  # fmt: skip


def test_a_file_around_those_that_are_linted_counts() -> None:
    known = {name: data for name, data in FILES.items() if name != "shop/direct.py"}
    project = Project(FILES, lambda _: None)
    assert relevant(["shop/direct.py"], known, FILES.get, project) == {
        "shop/direct.py": ("shop/store.py",)
    }


def test_what_cannot_be_read_is_for_the_linter_to_tell() -> None:
    assert relevant(["gone.py"], (), lambda _: None, Project(["gone.py"], lambda _: None)) == {
        "gone.py": ()
    }
