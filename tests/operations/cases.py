"""A program with the states that it starts from, and the arguments that it is called with."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.operations import values
from tests.operations.catalogue import keyspaces
from tests.operations.kinds import INT, SLUG, Kind, Listed
from tests.operations.model.data import Data, Foreign
from tests.operations.programs import Program, random_program
from tests.operations.states import SHOP, states

NAMESPACE = "n"
"""Of the states as they are drawn: each run renames its keys."""


@dataclass
class Run:
    """One call: the data before it, and the arguments in the order of the parameters."""

    state: Data
    arguments: dict[str, Any]


@dataclass
class Case:
    program: Program
    runs: list[Run]


def drawn(count: int, number: int, runs: int = 4) -> list[Case]:
    """`count` cases, the same ones for the same number."""
    programs = [random_program(Random(f"{number}:{at}")) for at in range(count)]
    return [Case(one, _drawn_runs(one, number + at, runs)) for at, one in enumerate(programs)]


def _drawn_runs(program: Program, number: int, count: int) -> list[Run]:
    found: list[Run] = []

    @seed(number)
    @settings(
        max_examples=count + 1,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(_runs(program))
    def draw(run: Run) -> None:
        found.append(run)

    draw()
    # the first is the simplest that there is
    return found[1:] or found


@st.composite
def _runs(draw: st.DrawFn, program: Program) -> Run:
    used = [keyspaces()[name] for name in program.keyspaces]
    arguments = {
        name: SHOP if name == "shop" else draw(_argument(kind))
        for name, kind in program.params.items()
    }
    return Run(draw(states(NAMESPACE, used)), arguments)


def _argument(kind: Kind) -> st.SearchStrategy[Any]:
    """As for any parameter; slugs and ints are mostly those that name the keys of the states."""
    if kind == SLUG:
        return st.sampled_from(["x", "y", "x", "y", "z-1"])
    if kind == Listed(SLUG):
        return st.lists(st.sampled_from(["x", "y", "w_2"]), max_size=4)
    if kind == INT:
        return st.integers(1, 2) | values.parameter(kind)
    if kind == Listed(INT):
        return st.lists(st.integers(1, 3) | st.integers(-2, 6), max_size=4) | values.parameter(kind)
    return values.parameter(kind)


def spoilt(run: Run, random: Random) -> Run:
    """The same call, on data of which a part is not what the spec says."""
    state = run.state.copy()
    for key in list(state.values):
        if random.random() < 0.5:
            state.values[key] = _spoilt(state.values[key], random)
    return Run(state, run.arguments)


def _spoilt(value: Any, random: Random) -> Any:
    if random.random() < 0.4:
        return Foreign()
    bad = random.choice([b"\xff bad", b"01", b"1.5.", b""])
    match value:
        case bytes():
            return bad
        case list() if isinstance(value[0], bytes):
            return [bad, *value[1:]]
        case dict() if all(isinstance(one, bytes) for one in value.values()):
            name = random.choice(list(value))
            kept = {one: raw for one, raw in value.items() if one != name}
            return {**value, name: bad} if random.random() < 0.6 or not kept else kept
        case set():
            return {bad, *sorted(value)[1:]}  # no more than there were: the bound holds
    return value
