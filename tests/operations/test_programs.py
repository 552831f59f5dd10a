"""Random programs are sound: they parse, the interpreter runs them, and they reach what they are to reach."""

from __future__ import annotations

import ast
from collections import Counter

from hypothesis import given, settings

from redisspec.structures import methods
from tests.operations.cases import NAMESPACE, drawn
from tests.operations.catalogue import catalogue, keyspaces
from tests.operations.model.interpreter import run
from tests.operations.outcomes import Outcome, of_model
from tests.operations.programs import ERRORS, Program, programs
from tests.operations.states import key_of


@given(programs())
@settings(max_examples=50)
def test_parse(program: Program) -> None:
    assert ast.parse(program.source)
    assert set(program.raises) <= ERRORS.keys()
    assert set(program.params) == {name for name in program.params if f"{name}" in program.source}


def test_reach() -> None:
    """All keyspaces, most methods, every kind of ending, and data that is changed."""
    endings: Counter[str] = Counter()
    called: set[str] = set()
    changed = 0
    cases = drawn(600, 1, runs=2)
    for case in cases:
        for one in case.runs:
            data = one.state.copy()
            before = (dict(data.values), dict(data.ttls))
            ended: Outcome = of_model(
                lambda: run(
                    case.program.source,  # noqa: B023 - run at once
                    one.arguments,  # noqa: B023 - run at once
                    data,  # noqa: B023 - run at once
                    keyspaces(),
                    lambda *key: key_of(NAMESPACE, *key),
                )
            )
            endings[ended.error or "value"] += 1
            changed += (data.values, data.ttls) != before
            if ended.error:
                assert (data.values, data.ttls) == before
        called |= {
            f"{node.value.id}.{node.attr}"
            for node in ast.walk(ast.parse(case.program.source))
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        }
    assert len({case.program.source for case in cases}) > 500
    assert changed > 300, changed
    wanted = {
        *ERRORS,
        "BoundExceeded",
        "CollectionFull",
        "ValueTooLarge",
        "ArithmeticFault",
        "value",
    }
    assert wanted <= endings.keys(), endings
    every = {f"{one.keyspace.name}.{one.name}" for one in catalogue()}
    assert len(called & every) > 0.8 * len(every), sorted(every - called)
    assert sum(len(methods(one)) for one in keyspaces().values()) > len(every)
