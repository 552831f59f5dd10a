"""What is said of a file does not depend on which files were read before it, nor by which process."""

from itertools import permutations
from pathlib import Path

import pytest

from redisspec.lint import LintConfig
from redisspec.lint.python_files import lint_python
from redisspec.lint.python_run import Work
from redisspec.readers.python.project import Project
from redisspec.readers.python.texts import Unreadable, read_text
from redisspec.source.text import SourceText

# Objects that know each other: what one is learns from what the other is, and either may be read first.
FILES = {
    "base.py": """\
import redis

r = redis.Redis(socket_timeout=2)


class Base:
    def __init__(self, kind, id):
        self.kind = kind
        self.id = id

    def parent(self):
        from item import Item
        return Item(self.id)

    def relate(self):
        r.hset(f"meta:{self.kind}:{self.id}", "parent", self.parent().kind)
        r.sadd(f"child:{self.parent().kind}:{self.parent().id}", self.id)
""",
    "item.py": """\
from base import Base, r


class Item(Base):
    def __init__(self, id):
        super().__init__("item", id)

    def touch(self):
        from domain import Domain
        r.hset(f"meta:{self.kind}:{self.id}", "seen", Domain(self.id).kind)
        r.sadd(f"all:{self.kind}", self.id)
""",
    "domain.py": """\
from base import Base, r
from item import Item


class Domain(Base):
    def __init__(self, id):
        super().__init__("domain", id)
        self.item = Item(id)

    def touch(self):
        r.hset(f"meta:{self.kind}:{self.item.kind}", "seen", 1)
        r.sadd(f"all:{self.item.kind}", self.id)
""",
}


def test_every_order_says_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        Path(name).write_text(text)
    said = []
    for order in permutations(FILES):
        work = Work(Project(FILES, _text), LintConfig(), {}, dict.fromkeys(FILES, ()), lint_python)
        reports = {name: work(name) for name in order}
        said.append({name: reports[name] for name in FILES})
    assert all(one == said[0] for one in said)
    assert any(not isinstance(one, Unreadable) and one.diagnostics for one in said[0].values())


def _text(path: str) -> SourceText | None:
    text = read_text(path)
    return text if isinstance(text, SourceText) else None
