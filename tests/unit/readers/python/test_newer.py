"""What later Pythons added is read at its own lines and columns by the oldest that the linter runs on."""

import ast
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redisspec.lint.config import LintConfig
from redisspec.lint.fixing import mend
from redisspec.lint.runner import lint_paths
from redisspec.readers.python.newer import in_older_words
from redisspec.readers.python.project import parse, parse_exactly

NEWER = {
    "type parameters": "async def first[T: int, *Ts, **P](x: T) -> T:\n    return x\n",
    "type parameters on lines": "def first[\n    T,\n    *Ts,\n](x):\n    return x\n",
    "a generic class": "class Row[T](Base[T]):\n    name: T\n",
    "a generic class alone": "class Row[T = int]:\n    name: T\n",
    "a type": "type Row[T] = list[T]\n",
    "a type inside": "if x:\n    type Row = int\n",
    "the same quotes": 'client.get(f"user:{found["id"]}:name")\n',
    "an f-string inside": 'x = f"{f"{a}-{b}"}"\n',
    "a format": "x = f'{a!r:{'^'}>{10}}'\n",
    "a line end": 'x = f"{", ".join(\n    names\n)}"\n',
    "a comment": 'x = f"{\n    name  # whose\n}"\n',
    "a backslash": "x = f\"{'\\n'.join(names)}\"\n",
    "a template": "x = t'{a}' + rt\"\\d{b}\"\n",
    "two exceptions": "try:\n    pass\nexcept OSError, err.Timeout:\n    pass\n",
    "two of a group": "try:\n    pass\nexcept* OSError, ValueError:\n    pass\n",
}
"""Python of 3.12 to 3.14, by what is new in it."""


@pytest.mark.parametrize("text", NEWER.values(), ids=NEWER)
def test_what_is_newer_is_read(text: str) -> None:
    older = in_older_words(text)
    assert ast.parse(older, feature_version=(3, 11))
    assert older.count("\n") == text.count("\n")
    assert parse(text) is not None


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python knows it")
@pytest.mark.parametrize("text", NEWER.values(), ids=NEWER)
def test_it_is_news_to_the_oldest(text: str) -> None:
    assert parse_exactly(text) is None


def test_names_calls_and_keys_keep_their_places() -> None:
    text = 'def first[T](x: T) -> T:\n    return client.get(f"user:{x["id"]}", 1) or other(x)\n'
    tree = parse(text)
    assert tree is not None
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    line = text.splitlines()[1]
    places = {line[one.col_offset : one.end_col_offset] for one in calls}
    assert places == {'client.get(f"user:{x["id"]}", 1)', "other(x)"}
    (key,) = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    assert ast.unparse(key) in ("f\"user:{x['id']}\"", "f'user:{x[\"id\"]}'")


OLD = [
    'x = f"{a!r:>10}" f\'{b != c}\' rb"\\""\n',
    "type(x) == 3\ntype = 3\ntype[3] = 4\n",
    'x = """{a["b"]} # \' """  # " {\n',
    "x = (rf'\\{{%{a}', r'b', f'\\N{DASH}{c}', '\\'')\n",
    "except_ = (A, B)\nx = {'a': f'{b}'}[\"a\"]\n",
    'x = f"""{a["b"]}\n{c}"""\nwith a, b: pass\n',
]


@pytest.mark.parametrize("text", OLD)
def test_what_is_old_stays(text: str) -> None:
    assert in_older_words(text) == text


@given(st.text(alphabet="ft\"'{}[]:!#\\\n =ax,()", max_size=60))
def test_nothing_breaks_it(text: str) -> None:
    older = in_older_words(text)
    assert older.count("\n") == text.count("\n")
    assert parse(text) is None or isinstance(parse(text), ast.Module)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python knows it, and mends it")
def test_it_is_judged_and_never_written(tmp_path: Path) -> None:
    path = tmp_path / "found.py"
    path.write_text(
        "import redis\n\nclient = redis.Redis(socket_timeout=2)\n\n\n"
        'def first[T](x: T) -> T:\n    for key in client.keys(f"user:{x["id"]}:*"):\n        print(key)\n'
    )
    found = lint_paths([str(path)], LintConfig()).diagnostics
    assert [(one.code, one.span.line, one.fix) for one in found] == [("RS208", 7, None)]
    assert mend([str(path)], LintConfig(), unsafe=True).changes == ()
