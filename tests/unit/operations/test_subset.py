"""What docs/operations.md says is left out is refused, at its place and in words of its own."""

from pathlib import Path

import pytest

from redisspec.operations.check import check
from redisspec.spec.load import load_spec

SPEC = """\
version: 1
name: shop
keyspaces:
  stock: {{key: "stock:<sku:slug>", structure: counter, ttl: 1d}}
operations:
  act:
    params: {{sku: slug, numbers: list<int>, name: str}}
    do: |
      {steps}
"""


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ("while True:\n    pass", "a `while` loop has no bound"),
        ("try:\n    pass\nexcept Exception:\n    pass", "nothing is caught in an operation"),
        ("assert name == name", "an assertion says nothing to the caller"),
        ("def twice(n):\n    return n", "an operation has no functions of its own"),
        ("f = lambda n: n", "an operation has no functions of its own"),
        ("d = {'a': 1}", "a mapping stands only as the argument"),
        ("l = [1]\nl.append(2)", "has no method `append`"),
        ("n = numbers[0]", "is not taken apart by place"),
        ("n = name[1:2]", "is not taken apart by place"),
        ("s = name.upper()", "has no method `upper`"),
        ("s = '%s' % name", "is no number"),
        ("s = f'{name:>10}'", "a placeholder has no format here"),
        ("n = math.sqrt(2.0)", "no keyspace is called `math`"),
        ("redis.call('SET', 'a', 'b')", "no keyspace is called `redis`"),
        ("if name:\n    pass", "is no condition"),
        ("n = LIMIT", "nothing is called `LIMIT` here"),
        ("s = name + 'x'\nstock.increment(s)", "`sku` of `stock` is a slug"),
        ("import math", "an operation imports nothing"),
        ("l = [n for n in numbers]", "an operation has no comprehensions"),
    ],
)
def test_it_is_refused(tmp_path: Path, steps: str, said: str) -> None:
    spec = tmp_path / "redis.spec.yaml"
    spec.write_text(SPEC.format(steps=steps.replace("\n", "\n      ")))
    program = load_spec(spec).program
    assert program is not None
    found = check(program)
    assert [each.code for each in found] == ["RS002"]
    assert said in found[0].message
    assert found[0].span.line > SPEC.count("\n", 0, SPEC.index("do:"))
