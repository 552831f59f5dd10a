"""Everything that is known of a team's use of Redis, as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from redisspec.ir.model import Keyspace, Operation, Policy, Server
from redisspec.ir.types import Imported, Record
from redisspec.source.span import NOWHERE, Span

if TYPE_CHECKING:
    # Reading a spec makes no flows, and these classes take a tenth of its start-up to define.
    from redisspec.ir.flows import Client, Procedure


@dataclass(frozen=True, slots=True)
class PythonTarget:
    """Where the generated package goes: its import name, and its folder beside the spec."""

    package: str
    output: str
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Program:
    """The model (declared) and the flows (what happens).

    `files` are the spec files in the order read; `spec_hash` covers their content. `unreadable`
    names the keyspaces whose declaration could not be read: it is told of them already.
    """

    name: str
    class_name: str
    namespace: str
    python: PythonTarget
    servers: Mapping[str, Server]
    records: Mapping[str, Record] = field(default_factory=dict)
    imports: Mapping[str, Imported] = field(default_factory=dict)
    keyspaces: tuple[Keyspace, ...] = ()
    policies: tuple[Policy, ...] = ()
    operations: tuple[Operation, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    clients: tuple[Client, ...] = ()
    doc: str | None = None
    files: tuple[str, ...] = ()
    spec_hash: str = ""
    unreadable: frozenset[str] = frozenset()
    span: Span = NOWHERE
