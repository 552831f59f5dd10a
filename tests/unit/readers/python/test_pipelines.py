"""What pipelines send together, when, and what they watch."""

import pytest

from redisspec.readers.python.module import PyCall
from tests.unit.readers.python.reading import calls, told

HEAD = "import redis\nimport redis.asyncio\nr = redis.Redis()\nc = redis.RedisCluster()\na = redis.asyncio.Redis()\n"


def use(body: str, head: str = "def use(x, items):") -> list[PyCall]:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return calls(f"{HEAD}{head}\n{lines}", name="use")


def batches(body: str, head: str = "def use(x, items):") -> list[list[str]]:
    """The commands of each batch; what is sent at once is a batch of its own."""
    found: dict[object, list[str]] = {}
    for call in use(body, head):
        if call.command is not None:
            found.setdefault(call.batch or call, []).append(told(call))
    return list(found.values())


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("p = r.pipeline()\np.get('a')\np.get('b')\np.execute()", [["GET a", "GET b"]]),
        ("with r.pipeline() as p:\n    p.get('a')\n    p.get('b')\n    p.execute()", [["GET a", "GET b"]]),
        ("r.pipeline().get('a').get('b').execute()", [["GET a", "GET b"]]),
        ("p = r.pipeline()\np.get('a').get('b')\np.execute()", [["GET a", "GET b"]]),
        ("p = r.pipeline()\np = p.get('a')\np = p.get('b')\np.execute()", [["GET a", "GET b"]]),
        ("p = r.pipeline()\np.get('a')\np.execute()\np.get('b')\np.execute()", [["GET a"], ["GET b"]]),
        ("p, q = r.pipeline(), r.pipeline()\np.get('a')\nq.get('b')\np.execute()\nq.execute()", [["GET a"], ["GET b"]]),
        ("p = r.pipeline()\np.get('a')\np.reset()\np.get('b')\np.execute()", [["GET a"], ["GET b"]]),
        ("p = r.pipeline()\np.get('a')\nr.get('b')\np.execute()", [["GET a"], ["GET b"]]),
        ("p = r.pipeline()\nif x:\n    p.get('a')\nelse:\n    p.get('b')\np.execute()", [["GET a", "GET b"]]),
        ("p = r.pipeline()\nfor i in items:\n    p.get('a')\np.execute()", [["GET a"]]),
        ("p = r.pipeline()\nadd(p)\np.execute()", [["GET a"]]),
        ("with r.pipeline() as p:\n    p.get('a')\n    one, = p.execute()\n    p.set('b', one)\n    p.execute()", [["GET a"], ["SET b"]]),
        ("p = make()\np.get('a')\np.get('b')\np.execute()", [["GET a", "GET b"]]),
        ("p = r.pipeline()\nf = p.get\nf('a')\np.execute()", [["GET a"]]),
        ("f = r.get\nf('a')", [["GET a"]]),
        ("with r.pipeline() as p, open('f'):\n    p.get('a')\n    p.get('b')\n    p.execute()", [["GET a", "GET b"]]),
        ("p = x or r.pipeline()\np.get('a')\np.get('b')\np.execute()", [["GET a", "GET b"]]),
        ("p = r.pipeline() if x else None\nif p:\n    p.get('a')\n    p.get('b')\n    p.execute()", [["GET a", "GET b"]]),
        ("for i in items:\n    with r.pipeline() as p:\n        p.get('a')\n        p.get('b')\n        p.execute()", [["GET a", "GET b"]]),
        ("p = r.pipeline()\n[p.get('a') for i in items]\np.execute()", [["GET a"]]),
        ("p = r.pipeline()\np.hset('a', 'f', 1).expire('a', 5).execute()", [["HSET a", "EXPIRE a"]]),
        ("p = r.pipeline()\np.get('a')\nif x:\n    p.execute()\n    return\np.get('b')\np.execute()", [["GET a", "GET b"]]),
        ("p = r.pipeline()\np.get('a')\nif x:\n    p.get('c')\nelse:\n    p.reset()\n    return\np.get('b')\np.execute()", [["GET a", "GET c", "GET b"]]),
        ("p = r.pipeline()\np.get('a')\nif x:\n    p.execute()\np.get('b')\np.execute()", [["GET a"], ["GET b"]]),
        ("p = r.pipeline()\nq = p or r\nq.get('a')\np.get('b')\np.execute()", [["GET a", "GET b"]]),
        ("p = r.pipeline()\np.json().get('a')\np.get('b')\np.execute()", [["JSON.GET a", "GET b"]]),
    ],
)  # fmt: skip
def test_what_is_sent_together(body: str, expected: list[list[str]]) -> None:
    head = "def add(p):\n    p.get('a')\ndef make():\n    return r.pipeline()\ndef use(x, items):"
    assert batches(body, head) == expected


@pytest.mark.parametrize(
    "body",
    [
        "async with a.pipeline() as p:\n    p.get('a')\n    p.get('b')\n    await p.execute()",
        "p = a.pipeline()\nawait p.get('a').get('b').execute()",
        "async with a.pipeline(transaction=True) as p:\n    await (p.get('a').get('b').execute())",
        "p = a.pipeline()\np.get('a')\np.get('b')\none, two = await p.execute()",
        "async with a as s:\n    async with s.pipeline() as p:\n        p.get('a')\n        p.get('b')\n        await p.execute()",
    ],
)
def test_what_is_sent_together_by_awaited_code(body: str) -> None:
    assert batches(body, "async def use():") == [["GET a", "GET b"]]


@pytest.mark.parametrize(
    ("made", "transaction"),
    [
        ("r.pipeline()", True),
        ("r.pipeline(transaction=True)", True),
        ("r.pipeline(transaction=False)", False),
        ("r.pipeline(False)", False),
        ("r.pipeline(transaction=x)", None),
        ("r.pipeline(True, 'hint')", True),
        ("c.pipeline()", False),
        ("c.pipeline(transaction=True)", True),
        ("a.pipeline(transaction=False)", False),
        ("r.pipeline(**{'transaction': False})", False),
        ("r.pipeline(**x)", None),
    ],
)
def test_whether_it_is_a_transaction(made: str, transaction: bool | None) -> None:
    found = use(f"p = {made}\np.get('k')\np.execute()")
    (get,) = (one for one in found if told(one) == "GET k")
    assert get.batch is not None
    assert get.batch.transaction is transaction


@pytest.mark.parametrize(
    ("body", "executed", "escaped"),
    [
        ("p = r.pipeline()\np.get('k')\np.execute()", True, False),
        ("p = r.pipeline()\np.get('k')", False, False),
        ("p = r.pipeline()\np.get('k')\nreturn p", False, True),
        ("p = r.pipeline()\np.get('k')\nx.send(p)", False, True),
        ("p = r.pipeline()\np.get('k')\nx.p = p", False, True),
        ("p = r.pipeline()\np.get('k')\nitems.append(p)", False, True),
        ("p = r.pipeline()\np.get('k')\nitems['p'] = p", False, True),
        ("p = r.pipeline()\np.get('k')\nyield p", False, True),
        ("p = r.pipeline()\np.get('k')\nx(p=p)", False, True),
        ("p = r.pipeline()\np.get('k')\nreturn p, 1", False, True),
        ("p = r.pipeline()\np.get('k')\nreturn p.execute", False, True),
        ("p = r.pipeline()\np.get('k')\nx(p.execute)", False, True),
        ("p = r.pipeline()\np.get('k')\nif x:\n    p.execute()", True, False),
        ("p = r.pipeline()\np.get('k')\ntry:\n    p.execute()\nexcept ValueError:\n    pass", True, False),
        ("p = r.pipeline()\ndef later():\n    p.execute()\np.get('k')\nlater()", True, False),
        ("p = r.pipeline()\np.get('k')\np.execute(raise_on_error=False)", True, False),
    ],
)  # fmt: skip
def test_whether_it_is_sent(body: str, executed: bool, escaped: bool) -> None:
    (get,) = (one for one in use(body) if told(one) == "GET k")
    assert get.batch is not None
    assert (get.batch.executed, get.batch.escaped) == (executed, escaped)


def test_a_pipeline_that_is_handed_in_is_sent_by_others() -> None:
    (call,) = calls(
        "import redis\ndef use(pipe: redis.client.Pipeline):\n    pipe.hset('k', 'f', 1)",
        name="use",
    )
    assert call.batch is not None
    assert call.batch.escaped


def test_watch_and_multi() -> None:
    body = """
with r.pipeline() as p:
    while True:
        try:
            p.watch('k')
            n = p.get('k')
            p.multi()
            p.set('k', n)
            p.execute()
            break
        except redis.WatchError:
            continue
"""
    _, watch, get, put, execute = use(body)
    assert (watch.command, watch.keys[0].name) == ("WATCH", "k")
    assert get.batch is None
    assert get.watched is not None
    assert put.batch is not None
    assert (put.batch.transaction, put.batch.watches, put.batch.executed) == (True, True, True)
    assert put.batch.pipeline == get.watched
    assert execute.method == "execute"


@pytest.mark.parametrize(
    ("body", "watches"),
    [
        ("p.watch('k')\np.multi()\np.set('k', 1)\np.execute()", True),
        ("p.multi()\np.set('k', 1)\np.execute()", False),
        ("p.watch('k')\np.unwatch()\np.set('k', 1)\np.execute()", False),
        ("p.watch('k')\np.reset()\np.set('k', 1)\np.execute()", False),
        ("p.watch('k')\np.multi()\np.execute()\np.set('k', 1)\np.execute()", False),
        ("p.watch('a', 'b')\np.multi()\np.set('k', 1)\np.execute()", True),
    ],
)
def test_what_a_batch_watches(body: str, watches: bool) -> None:
    (put,) = (one for one in use(f"p = r.pipeline()\n{body}") if told(one) == "SET k")
    assert put.batch is not None
    assert put.batch.watches is watches


@pytest.mark.parametrize(
    "body",
    [
        "def change(p):\n    n = p.get('k')\n    p.multi()\n    p.set('k', n)\nr.transaction(change, 'k')",
        "r.transaction(lambda p: (p.get('k'), p.multi(), p.set('k', 1)), 'k')",
    ],
)
def test_a_function_in_a_transaction(body: str) -> None:
    get, put = (one for one in use(body) if told(one) in ("GET k", "SET k"))
    assert get.watched is not None
    assert put.batch is not None
    assert (put.batch.executed, put.batch.watches) == (True, True)


def test_the_replies_of_a_batch() -> None:
    _, get, _, _, put = use(
        "p = r.pipeline()\np.get('a')\np.get('b')\none, two = p.execute()\nif one:\n    r.set('a', 1)"
    )
    (guard,) = put.guards
    assert guard.condition == get.reply
