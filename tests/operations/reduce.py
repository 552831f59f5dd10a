"""Makes a program that shows a divergence smaller: statements, then keys of the state, as long as it still does."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from copy import deepcopy

from tests.operations.cases import Run
from tests.operations.model.data import Data
from tests.operations.programs import Program, finished

Shows = Callable[[Program, Run], bool]


def reduced(program: Program, run: Run, shows: Shows, most: int = 150) -> tuple[Program, Run]:
    """The smallest that `most` attempts find."""
    tries = 0
    progress = True
    while progress and tries < most:
        progress = False
        for smaller in _smaller(program, run):
            tries += 1
            if tries > most:
                break
            if shows(*smaller):
                program, run = smaller
                progress = True
                break
    return program, run


def _smaller(program: Program, run: Run) -> Iterator[tuple[Program, Run]]:
    for source in _sources(program.source):
        made = finished(source, program.params, program.returns)
        arguments = {name: run.arguments[name] for name in made.params}
        yield made, Run(run.state, arguments)
    for key in run.state.values:
        state = Data(dict(run.state.values), dict(run.state.ttls), run.state.now)
        del state.values[key], state.ttls[key]
        yield program, Run(state, run.arguments)


def _sources(source: str) -> Iterator[str]:
    """Without one of the statements, or with the inside of a block in its place."""
    tree = ast.parse(source)
    count = sum(isinstance(node, ast.stmt) for node in ast.walk(tree))
    for at in range(count):
        for change in (_drop, _open):
            made = deepcopy(tree)
            body, place = _bodies(made)[at]
            if change(body, place) and made.body:
                text = ast.unparse(made) + "\n"
                if text != source and _sound(text):
                    yield text


def _bodies(tree: ast.Module) -> list[tuple[list[ast.stmt], int]]:
    """Every statement as the list that it is in and its place there."""
    found = []
    for node in ast.walk(tree):
        for name in ("body", "orelse"):
            body = getattr(node, name, None)
            if isinstance(body, list):
                found += [(body, place) for place in range(len(body))]
    return found


def _drop(body: list[ast.stmt], place: int) -> bool:
    del body[place]
    return True


def _open(body: list[ast.stmt], place: int) -> bool:
    node = body[place]
    if not isinstance(node, (ast.If, ast.For)):
        return False
    body[place : place + 1] = node.body
    return True


def _sound(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:  # a block that was emptied
        return False
    return True
