"""Where the steps of operations stand: a place in their text leads back to the same characters of the file."""

from pathlib import Path

import pytest

from redisspec.ir.model import Operation
from redisspec.source.text import SourceText
from redisspec.spec.load import Loaded, load_spec

HEAD = """\
version: 1
name: shop
keyspaces:
  hits: {key: hits, structure: counter, ttl: 1h}
operations:
"""


def loaded(folder: Path, body: str) -> Loaded:
    path = folder / "redis.spec.yaml"
    path.write_bytes((HEAD + body).encode())
    return load_spec(path)


def operation(found: Loaded) -> Operation:
    assert found.diagnostics == ()
    assert found.program is not None
    (only,) = found.program.operations
    return only


def characters(found: Loaded, line: int, column: int, end_line: int, end_column: int) -> str:
    span = operation(found).steps_at.span(line, column, end_line, end_column)
    source: SourceText = found.sources[span.file]
    start = source.offset(span.line, span.column)
    return source.text[start : source.offset(span.end_line, span.end_column)]


@pytest.mark.parametrize(
    "body",
    [
        "  a:\n    do: |\n      first = 1\n      if first:\n          été = 'é'; word\n",
        "  a:\n    do: |  # why\n\n      first = 1\n\n          word\n",
        "  a:\n    do: |2\n      first = 1\n      # é\n      word\n",
        "  a:\n    do: |-\r\n      first = 1\r\n      if first:\r\n          word",
        "  a: {do: word}\n",
        '  a: {do: "é = 1; word"}\n',
        "  a:\n    do: 'word'\n",
    ],
)
def test_a_place_in_the_text_is_a_place_in_the_file(tmp_path: Path, body: str) -> None:
    found = loaded(tmp_path, body)
    lines = operation(found).source.split("\n")
    (line,) = (number for number, text in enumerate(lines, 1) if "word" in text)
    at = lines[line - 1].index("word")
    assert characters(found, line, at, line, at + 4) == "word"


def test_a_place_within_several_lines(tmp_path: Path) -> None:
    found = loaded(tmp_path, "  a:\n    do: |\n      one(\n          two)\n      three\n")
    assert characters(found, 1, 0, 2, 8) == "one(\n          two)"


def test_escapes_leave_the_whole_text(tmp_path: Path) -> None:
    found = loaded(tmp_path, '  a: {do: "x = \\"é\\""}\n')
    assert characters(found, 1, 4, 1, 5) == '"x = \\"é\\""'


@pytest.mark.parametrize(
    "body", ["  a:\n    do: >\n      x = 1\n", "  a:\n    do: x = 1;\n      y = 2\n"]
)
def test_steps_that_yaml_folds_are_refused(tmp_path: Path, body: str) -> None:
    (problem,) = loaded(tmp_path, body).diagnostics
    assert problem.span.line == 7
    assert problem.help is not None
    assert "do: |" in problem.help


def test_what_is_declared_beside_the_steps(tmp_path: Path) -> None:
    found = loaded(
        tmp_path,
        "  a:\n    params: {shop_id: int, sku: slug}\n    returns: int | none\n"
        "    raises: [Sold, Gone]\n    do: pass\n",
    )
    made = operation(found)
    assert str(made.returns) == "Maybe(inner=Scalar(name='int'))"
    assert made.param_spans["sku"].column == 28
    assert made.raise_spans["Gone"][1:] == (9, 20, 9, 24)
