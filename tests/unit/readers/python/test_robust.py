"""Whatever stands in a file, linting it ends in findings: a file that is no Python is one, if it speaks of Redis."""

from collections import Counter

import pytest

from redisspec.lint import LintConfig
from redisspec.lint.python_files import lint_python
from redisspec.lint.python_report import lint_facts
from redisspec.lint.rules import invalid_python
from redisspec.readers.python import texts
from redisspec.readers.python.project import Project
from redisspec.readers.python.texts import Unreadable, decode, fault
from redisspec.source.text import SourceText
from tests.unit.readers.python.mutants import mutants

CONFIG = LintConfig(preview=True)


def outcome(data: bytes) -> str:
    """Lints a file; what it was: read, broken or not even text."""
    source = decode("shop/carts.py", data)
    if isinstance(source, Unreadable):
        told = invalid_python.found(source)
        assert told.code == "RS008"
        return "no text"
    assert isinstance(source, SourceText)
    project = Project([source.path], lambda _: source)
    file = project.file(source.path)
    if file is None:
        told = invalid_python.found(fault(source))
        assert told.code == "RS008"
        assert 1 <= told.span.line <= source.line_count
        return "broken"
    report = lint_python(file, project, CONFIG)
    for one in (*report.diagnostics, *lint_facts([report.facts], CONFIG)):
        assert 1 <= one.span.line <= one.span.end_line <= source.line_count + 1
        assert source.offset(one.span.line, one.span.column) <= len(source.text)
    return "read"


@pytest.mark.parametrize("seed", range(4))
def test_mutants(seed: int) -> None:
    found = Counter(outcome(data) for data in mutants(1_000, seed))
    # The mutants are worth something only where most are Python still, and some are not.
    assert found["read"] > 500
    assert found["broken"] > 50


HEAD = "import redis\nr = redis.Redis()\n"
USE = "r.set('k', 1)\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n" * 3,
        "#",
        HEAD + "x = " + "(" * 150 + "1" + ")" * 150 + "\n" + USE,
        HEAD + "x = " + "(" * 5_000 + "1" + ")" * 5_000 + "\n" + USE,
        HEAD + "x = " + "-" * 3_000 + "1\n" + USE,
        HEAD + "x = " + " + ".join(["'a'"] * 3_000) + "\nr.get(x)\n",
        HEAD + "x = r" + ".get('k')" * 500 + "\n",
        HEAD + "x = r" + ".x" * 900 + "\nr.get(x)\n",
        HEAD + "x = r" + ".get('k')" * 500 + "\ndef f():\n    r.get('k')\n",
        HEAD + "r.set('k', '" + "x" * 1_000_000 + "')\n",
        HEAD + "d = {" + ", ".join(f"'{n}': {n}" for n in range(20_000)) + "}\nr.mset(d)\n",
        HEAD + "x = [" * 90 + "r.get('k')" + "]" * 90 + "\n",
        HEAD + "".join("    " * n + "if r.get('k'):\n" for n in range(95)) + "    " * 95 + USE,
        HEAD + "if r:\n    pass\n" + "elif r.get('k'):\n    r.get('k')\n" * 900,
        HEAD + USE * 5_000,
        HEAD + "".join(f"def f{n}():\n    f{n + 1}()\n    f{n + 1}()\n" for n in range(300)) + "def f300():\n    r.get('k')\n",
        HEAD + "def f():\n    f()\n    g()\n    r.get('k')\ndef g():\n    f()\n    g()\n",
        HEAD + "class A(B): pass\nclass B(A): pass\nA().get('k')\n",
        HEAD + "x = x\ny = z\nz = y\nr.get(x + y)\n",
        HEAD + "r = r\nr.r = r\nr.get(r)\n",
        HEAD + "k = 'a'\n" + "k = k + k\n" * 200 + "r.get(k)\n",
        HEAD + "k = x\n" + "k = f'{k}:{k}:{k}'\n" * 100 + "r.get(k)\n",
        HEAD + "k = x\n" + "k = [k, k, k]\n" * 60 + "r.mget(k)\n",
        HEAD + "k = r\n" + "k = {'a': k, 'b': k}\n" * 60 + "r.mset(k)\n",
        HEAD + "while x:\n    k = r.get(k)\n    k = k if k else k + k\nr.get(k)\n" * 60,
        "from shop.carts import r\nimport shop.carts\nr.get('k')\nshop.carts.r.get('k')\n# redis\n",
        "from shop.carts import *\nr.hget('k', 'f')\n",
        HEAD + "type T = T\nx: T = r\nx.get('k')\n",
        HEAD + "T = TypeVar('T', bound='T')\ndef f(x: T): x.get('k')\n",
        HEAD + "x: " + "'" * 1 + "redis.Redis[" * 50 + "]" * 50 + "' = r\n",
    ],
)  # fmt: skip
def test_what_is_long_deep_or_in_circles(text: str) -> None:
    assert outcome(text.encode()) in ("read", "broken")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"import redis\0\n", "broken"),
        (b"\xff\xfeimport redis", "no text"),
        (b"# coding: no-such\nimport redis", "no text"),
        ("# coding: latin-1\nimport redis\nredis.Redis().set('\xe9', 1)\n".encode("latin-1"), "read"),
        ("# coding: latin-1\nimport redis\nredis.Redis().set('\xe9', 1)\n".encode() + b"\xe9", "read"),
        (b"import redis\nredis.Redis().set('\xe9', 1)\n", "no text"),
        (b"\xef\xbb\xbfimport redis\nredis.Redis().set('k', 1)\n", "read"),
        (b"import redis\r\nredis.Redis().set('k', 1)\r\n", "read"),
        (b"import redis\rredis.Redis().set('k', 1)\r", "read"),
        (b"import redis\n\x0credis.Redis().set('k', 1)\n", "read"),
        (b"import redis\nredis.Redis().set('k', 1) \\", "broken"),
        (b"import redis\n\tif x:\n        pass\n", "broken"),
        (b"print 'redis'\n", "broken"),
        (b"import redis\nx = '\x1a'\n", "read"),
    ],
)  # fmt: skip
def test_encodings_and_line_breaks(data: bytes, expected: str) -> None:
    assert outcome(data) == expected


def test_a_file_that_nobody_wrote_by_hand_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "MAX_BYTES", 40)
    assert isinstance(texts.decode("a.py", b"import redis\n" + b"#" * 27), SourceText)
    over = texts.decode("a.py", b"import redis\n" + b"#" * 28)
    assert isinstance(over, texts.Unreadable)
    assert "41 bytes" in over.reason
    assert over.speaks
