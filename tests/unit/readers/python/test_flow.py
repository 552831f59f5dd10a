"""When a call runs: conditions, early returns, loops, comprehensions, tries, locks, gather."""

import pytest

from redisspec.readers.python.module import PyCall
from tests.unit.readers.python.reading import calls, read, spelled, told

HEAD = "import asyncio, redis, threading\nr = redis.Redis()\n"


def use(body: str, head: str = "def use(x, y, items):") -> list[PyCall]:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return calls(f"{HEAD}{head}\n{lines}", name="use")


def guards(call: PyCall) -> list[tuple[str, bool]]:
    return [(spelled(one.condition), one.holds) for one in call.guards]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("if x:\n    r.get('k')", [("x", True)]),
        ("if not x:\n    r.get('k')", [("x", False)]),
        ("if x:\n    pass\nelse:\n    r.get('k')", [("x", False)]),
        ("if x:\n    return\nr.get('k')", [("x", False)]),
        ("if x:\n    raise ValueError\nr.get('k')", [("x", False)]),
        ("if not x:\n    return\nr.get('k')", [("x", True)]),
        ("if x is None:\n    return\nr.get('k')", [("is None(x)", False)]),
        ("if x is not None:\n    r.get('k')", [("is None(x)", False)]),
        ("if x != 'a':\n    r.get('k')", [("==(x, a)", False)]),
        ("if x == None:\n    r.get('k')", [("is None(x)", True)]),
        ("if items[0]:\n    r.get('k')", [("[](items, 0)", True)]),
        ("if (1, x):\n    r.get('k')", []),
        ("if x and y:\n    r.get('k')", [("x", True), ("y", True)]),
        ("if x or y:\n    return\nr.get('k')", [("x", False), ("y", False)]),
        ("if x:\n    if y:\n        r.get('k')", [("x", True), ("y", True)]),
        ("if x:\n    pass\nelif y:\n    r.get('k')", [("x", False), ("y", True)]),
        ("if x:\n    r.set('a', 1)\nr.get('k')", []),
        ("x and r.get('k')", [("x", True)]),
        ("x or r.get('k')", [("x", False)]),
        ("z = r.get('k') if x else None", [("x", True)]),
        ("z = None if x else r.get('k')", [("x", False)]),
        ("assert x\nr.get('k')", [("x", True)]),
        ("if False:\n    r.get('a')\nr.get('k')", []),
        ("if x:\n    return\nelse:\n    y = 1\nr.get('k')", [("x", False)]),
        ("for i in items:\n    if i:\n        continue\n    r.get('k')", [("each", False)]),
        ("if (z := x):\n    r.get('k')", [("x", True)]),
        ("if x:\n    sys.exit(1)\nr.get('k')", [("x", False)]),
        ("match x:\n    case 1:\n        r.get('k')", [("match(x, 1)", True)]),
        ("match x:\n    case _:\n        r.get('k')", []),
        ("try:\n    y()\nexcept KeyError:\n    r.get('k')", [("caught", True)]),
    ],
)
def test_conditions(body: str, expected: list[tuple[str, bool]]) -> None:
    found = use(body)[-1]
    assert told(found) == "GET k"
    assert [(text.partition("(")[0] if text.startswith(("each", "caught")) else text, holds)
            for text, holds in guards(found)] == expected  # fmt: skip


def test_a_condition_on_a_reply() -> None:
    get, put = use("if r.get('k') is None:\n    r.set('k', 1)")
    ((condition, holds),) = [(one.condition, one.holds) for one in put.guards]
    assert (condition.text, condition.parts[0], holds) == ("is None", get.reply, True)


def test_a_reply_is_followed_through_names() -> None:
    get, put = use("found = r.get('k')\nvalue = found\nif not value:\n    r.set('k', 1)")
    (guard,) = put.guards
    assert (guard.condition, guard.holds) == (get.reply, False)


@pytest.mark.parametrize(
    ("body", "kinds", "small"),
    [
        ("for i in items:\n    r.get(i)", ["for"], False),
        ("for i in range(3):\n    r.get(i)", ["for"], True),
        ("for i in range(300):\n    r.get(i)", ["for"], False),
        ("for i in ('a', 'b'):\n    r.get(i)", ["for"], True),
        ("for i, j in enumerate(items):\n    r.get(j)", ["for"], False),
        ("for i in items:\n    for j in i:\n        r.get(j)", ["for", "for"], False),
        ("while x:\n    r.get('k')", ["while"], False),
        ("z = [r.get(i) for i in items]", ["comprehension"], False),
        ("z = {i: r.get(i) for i in items}", ["comprehension"], False),
        ("z = (r.get(i) for i in items)", ["comprehension"], False),
        ("z = {r.get(i) for i in items if i}", ["comprehension"], False),
        ("z = [r.get(j) for i in items for j in i]", ["comprehension"] * 2, False),
        ("z = list(map(lambda i: r.get(i), items))", ["comprehension"], False),
        ("z = list(map(r.get, items))", ["comprehension"], False),
        ("for i in r.scan_iter('*'):\n    r.get(i)", ["for"], False),
        ("for i in items:\n    pass\nelse:\n    r.get('k')", [], None),
        ("for i in r.lrange('k', 0, 9):\n    pass", [], None),
    ],
)
def test_loops(body: str, kinds: list[str], small: bool | None) -> None:
    found = use(body)[-1]
    assert [one.kind for one in found.loops] == kinds
    if kinds:
        assert found.loops[-1].small is small


def test_a_loop_without_an_end() -> None:
    (found,) = use("while True:\n    r.blpop('k')\n    if x:\n        break")
    assert (found.loops[0].endless, found.loops[0].leaves) == (True, True)


def test_what_a_loop_walks() -> None:
    scan, get = use("for key in r.scan_iter('a:*'):\n    r.get(key)")
    assert get.loops[0].over == scan.reply
    assert get.keys[0].value == get.loops[0].variable


def test_what_follows_a_loop_without_an_end_is_not_reached() -> None:
    assert [told(one) for one in use("while True:\n    r.get('a')\nr.get('b')")] == ["GET a"]


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("try:\n    r.get('k')\nexcept ValueError:\n    pass", ["body"]),
        ("try:\n    pass\nexcept ValueError:\n    r.get('k')", ["handler"]),
        ("try:\n    pass\nfinally:\n    r.get('k')", ["finally"]),
        ("try:\n    pass\nexcept ValueError:\n    pass\nelse:\n    r.get('k')", ["else"]),
        ("try:\n    return\nfinally:\n    r.get('k')", ["finally"]),
        ("try:\n    pass\nexcept* ValueError:\n    r.get('k')", ["handler"]),
        ("try:\n    pass\nexcept ValueError:\n    pass\nr.get('k')", []),
    ],
)
def test_tries(body: str, parts: list[str]) -> None:
    assert [part for part, _ in use(body)[-1].tries] == parts


@pytest.mark.parametrize(
    ("body", "held"),
    [
        ("with r.lock('l', timeout=5):\n    r.get('k')", ("redis",)),
        ("with lock:\n    r.get('k')", ("process",)),
        ("l = r.lock('l')\nl.acquire()\nr.get('k')", ("redis",)),
        ("l = r.lock('l')\nl.acquire()\nl.release()\nr.get('k')", ()),
        ("l = r.lock('l')\nif l.acquire(blocking=False):\n    r.get('k')", ("redis",)),
        (
            "l = r.lock('l')\nl.acquire()\ntry:\n    r.get('k')\nfinally:\n    l.release()",
            ("redis",),
        ),
        ("with r.lock('l'):\n    pass\nr.get('k')", ()),
    ],
)
def test_locks(body: str, held: tuple[str, ...]) -> None:
    found = [one for one in use(body, "def use(lock):") if told(one) == "GET k"]
    assert [one.held for one in found] == [held]


@pytest.mark.parametrize(
    "body",
    [
        "await asyncio.gather(r.get('a'), r.get('b'))",
        "await asyncio.gather(*[r.get('a'), r.get('b')])",
        "one, other = await asyncio.gather(r.get('a'), r.get('b'))",
        "async with asyncio.TaskGroup() as g:\n    g.create_task(r.get('a'))\n    g.create_task(r.get('b'))",
        "await r.get('a')\nawait r.get('b')",
        "async for _ in r.get('a'):\n    await r.get('b')",
        "async with r.get('a'):\n    await r.get('b')",
        "await asyncio.to_thread(r.get, 'a')\nawait asyncio.to_thread(r.get, name='b')",
        "await loop.run_in_executor(None, r.get, 'a')\nawait loop.run_in_executor(None, lambda: r.get('b'))",
        "await asyncio.wait_for(r.get('a'), 5)\nawait asyncio.shield(r.get('b'))",
    ],
)
def test_awaited_code(body: str) -> None:
    found = use(body, "async def use():")
    assert [told(one) for one in found] == ["GET a", "GET b"]
    threads = "to_thread" in body or "executor" in body
    assert all(one.in_async is not threads for one in found)


def test_awaited_and_dropped() -> None:
    one, two, three, four = use(
        "await r.get('a')\nr.get('b')\nz = await r.get('c')\nreturn r.get('d')", "async def use():"
    )
    assert [call.awaited for call in (one, two, three, four)] == [True, False, True, False]
    assert [call.dropped for call in (one, two, three, four)] == [True, True, False, False]


@pytest.mark.parametrize(
    "body",
    [
        "z = r.get('k')[0]",
        "z = {'a': [r.get('k')]}",
        "z = f'{r.get(\"k\")}'",
        "z = -r.get('k')",
        "z = not r.get('k')",
        "z = (yield r.get('k'))",
        "z = 1 < r.get('k') < 5",
        "z = items[r.get('k')]",
        "items[r.get('k')] = 1",
        "items[r.get('k'):]",
        "del items[r.get('k')]",
        "print(r.get('k'))",
        "z = print(*r.get('k'), **x)",
        "print(a=r.get('k'))",
        "z += r.get('k')",
        "x.y = r.get('k')",
        "x.y.z(r.get('k')).w()",
        "if r.get('k'):\n    pass",
        "while r.get('k'):\n    break",
        "for z in r.get('k'):\n    pass",
        "assert r.get('k')",
        "assert x, r.get('k')",
        "raise ValueError(r.get('k'))",
        "raise ValueError from r.get('k')",
        "with open(r.get('k')) as f:\n    pass",
        "return [*r.get('k')]",
        "return {**r.get('k')}",
        "match r.get('k'):\n    case _:\n        pass",
        "match x:\n    case z if r.get('k'):\n        pass",
        "z: int = r.get('k')",
        "z = lambda: 1\nr.get('k')",
        "z = '%s' % r.get('k')",
        "z = '{}'.format(r.get('k'))",
        "z = [i for i in r.get('k')]",
        "z = [i for i in items if r.get('k')]",
        "z = x if r.get('k') else y",
        "(z := r.get('k'))",
        "json.loads(r.get('k'))",
        "r.get('k').decode()",
        "int(r.get('k') or 0)",
        "yield from r.get('k')",
        "type T = int\nr.get('k')",
        "z = x[1:2, ::3]\nr.get('k')",
        "global Q\nQ = r.get('k')",
        "f'{x:{r.get(\"k\")}}'",
        "pool.submit(r.get, 'k')",
    ],
)
def test_a_call_anywhere_in_an_expression(body: str) -> None:
    if body.startswith("type "):
        pytest.importorskip("annotationlib", reason="a statement of later Pythons")
    assert [told(one) for one in use(body)] == ["GET k"]


def test_what_a_loop_left_by_break_says_holds_behind_it() -> None:
    """The retry loop: it is left when the write went through, and goes on otherwise."""
    body = (
        "done = False\nfor _ in range(3):\n    if r.set('k', 1, nx=True):\n        done = True\n        break\n"
        "if not done:\n    return\nr.get('k')"
    )
    write, read = use(body)
    assert [(spelled(one.condition), one.holds) for one in read.guards] != [("done", False)]
    assert told(write) == "SET k"
    assert told(read) == "GET k"


def test_functions_of_one_name_are_all_read() -> None:
    source = (
        "import redis\nr = redis.Redis()\n"
        "class Total:\n"
        "    @property\n    def count(self):\n        return r.get('k')\n"
        "    @count.setter\n    def count(self, value):\n        r.set('k', value)\n"
    )
    found = [told(call) for one in read(source).procedures for call in one.calls]
    assert found == ["GET k", "SET k"]


def test_the_member_of_a_mapping_is_part_of_it() -> None:
    zadd = use("r.zadd('k', {x: 1})")[0]
    assert spelled(zadd.arguments["mapping"]) == "{}({0}=(1, x))"
