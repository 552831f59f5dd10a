"""A policy with a key of its own, seen as accessors see a keyspace: its parameters, its `key` method."""

from __future__ import annotations

from collections.abc import Iterable

from redisspec.codegen.python.module import Module
from redisspec.codegen.python.view import Mode, View
from redisspec.ir.model import Bound, Keyspace, Lifetime
from redisspec.patterns.model import Lowered
from redisspec.spec.names import policy_class

_DEPTHS: dict[Mode, int] = {"sync": 1, "aio": 2, "batch": 2}


def view_of(lowered: Lowered, mode: Mode, names: Iterable[str]) -> View:
    """The view of a policy's module; `names` are all that its class binds (methods, arguments)."""
    policy = lowered.policy
    assert policy.pattern is not None
    parameters = policy.pattern.parameters
    taken = {*names, "key", policy_class(policy.kind, policy.name)}
    taken |= {parameter.name for parameter in parameters}
    keyspace = Keyspace(
        policy.name,
        policy.pattern,
        lowered.structure or "string",
        policy.namespace,
        lowered.lifetime or Lifetime(),
        Bound(),
        policy.server,
        policy.doc,
    )
    return View(keyspace, (), mode, Module(frozenset(taken), _DEPTHS[mode]), parameters)
