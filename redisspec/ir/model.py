"""What is declared: servers, keyspaces, policies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from redisspec.ir.keypattern import KeyPattern
from redisspec.ir.steps import IN_NO_FILE, StepsAt
from redisspec.ir.types import Field, ValueType
from redisspec.source.span import NOWHERE, Span

Engine = Literal["redis", "valkey"]
Topology = Literal["standalone", "sentinel", "cluster"]
Refresh = Literal["on_write", "on_access", "never"]
WhenFull = Literal["trim", "reject"]
StructureName = Literal[
    "string", "counter", "hash", "list", "set", "sorted_set",
    "stream", "hyperloglog", "bitmap", "geo", "bloom_filter",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Server:
    """A server that the program talks to. `version` is the least one, (major, minor)."""

    name: str = "default"
    engine: Engine = "redis"
    version: tuple[int, int] = (7, 0)
    topology: Topology = "standalone"
    eviction: str | None = None
    persistence: str | None = None
    url: str | None = None
    sentinels: tuple[str, ...] = ()
    master: str | None = None
    timeout_ms: int = 5_000
    deadline_ms: int | None = None
    max_connections: int = 50
    span: Span = NOWHERE
    spans: Mapping[str, Span] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a key lives.

    `ttl_ms` is None where the key never expires: said so (`stated`, with a `reason`), or because
    the spec is silent (`stated` False, which lint refuses). `jitter` is a fraction: the TTL is
    drawn from the last `jitter` of it. `max_ms` lets a call choose a TTL up to it.
    """

    ttl_ms: int | None = None
    stated: bool = False
    reason: str | None = None
    jitter: float = 0.0
    refresh: Refresh = "on_write"
    max_ms: int | None = None
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Bound:
    """How much a key holds (items, bits of a bitmap, members of a Bloom filter; bytes a value) and how many keys there are."""

    max_items: int | None = None
    when_full: WhenFull = "reject"
    max_bytes: int | None = None
    expected_keys: int | None = None


@dataclass(frozen=True, slots=True)
class Keyspace:
    """A family of keys with one pattern, one structure, one lifetime and one bound.

    `value` is the string's value, the list's item, the member of a set, sorted set or geo index,
    the element of a hyperloglog, the map's value. `fields` belong to a hash or a stream. The capacity of a
    Bloom filter is its `bound.max_items`, beside its `error_rate`; `module` says that it is of Redis's own type.
    `spans` gives the place of each key that the declaration writes (`key`, `ttl`, `max_items` …),
    or is without it where the spec is silent.
    """

    name: str
    pattern: KeyPattern
    structure: StructureName
    namespace: str
    lifetime: Lifetime
    bound: Bound
    server: str = "default"
    doc: str | None = None
    value: ValueType | None = None
    map_key: ValueType | None = None
    fields: tuple[Field, ...] = ()
    floor: int | None = None
    ceiling: int | None = None
    field_ttl_ms: int | None = None
    error_rate: float | None = None
    module: bool = False
    span: Span = NOWHERE
    spans: Mapping[str, Span] = field(default_factory=dict)


PolicyKind = Literal["cache", "rate_limit", "lock", "session", "queue", "channel", "idempotency"]


@dataclass(frozen=True, slots=True)
class Policy:
    """A declared pattern (cache, lock, queue …); `settings` is its checked declaration."""

    kind: PolicyKind
    name: str
    namespace: str
    pattern: KeyPattern | None = None
    lifetime: Lifetime | None = None
    value: ValueType | None = None
    server: str = "default"
    doc: str | None = None
    settings: Mapping[str, object] = field(default_factory=dict)
    span: Span = NOWHERE
    spans: Mapping[str, Span] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AddedKey:
    """A key that a policy adds beside its own, in the same slot: `name` is its suffix (`fence`)."""

    policy: str
    kind: PolicyKind
    name: str
    pattern: KeyPattern
    structure: StructureName
    lifetime: Lifetime
    doc: str
    server: str = "default"
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class ScriptKey:
    """A key that a script of the user's own is given: its keyspace, and the parameters in its key."""

    name: str
    keyspace: str
    params: tuple[str, ...]
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Script:
    """A Lua script of the user's own: its file below the spec's folder, its text, its keys in order.

    `file` is the path as it is shown in spans.
    """

    path: str
    text: str
    keys: tuple[ScriptKey, ...] = ()
    file: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """A declared operation: its steps as text, compiled by `operations/`, or a Lua script.

    `returns` is the declared type of the result, None where the spec is silent. `steps_at` says
    where `source` stands; `param_spans` and `raise_spans` where each name is declared.
    """

    name: str
    source: str
    params: Mapping[str, ValueType] = field(default_factory=dict)
    raises: tuple[str, ...] = ()
    atomic: bool = True
    reason: str | None = None
    doc: str | None = None
    span: Span = NOWHERE
    spans: Mapping[str, Span] = field(default_factory=dict)
    returns: ValueType | None = None
    steps_at: StepsAt = IN_NO_FILE
    param_spans: Mapping[str, Span] = field(default_factory=dict)
    raise_spans: Mapping[str, Span] = field(default_factory=dict)
    script: Script | None = None
