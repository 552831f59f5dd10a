"""A spec file as a whole."""

from __future__ import annotations

from typing import Annotated

from pydantic import Discriminator, Field, Tag, WithJsonSchema

from redisspec.spec import names
from redisspec.spec.models.base import (
    NAMED,
    TYPE_NAMED,
    Folder,
    Model,
    Name,
    Text,
    Type,
    Written,
    optional,
)
from redisspec.spec.models.keyspace import KeyspaceSettings
from redisspec.spec.models.policies import (
    CacheSettings,
    ChannelSettings,
    IdempotencySettings,
    LockSettings,
    OperationSettings,
    QueueSettings,
    RateLimitSettings,
    SessionSettings,
)
from redisspec.spec.models.server import ServerSettings
from redisspec.spec.models.values import SHORT, SPELT_OUT, DefaultTtl, Fields, form


class PythonSettings(Model):
    """Where the generated package goes."""

    package: Text = optional(
        description="The import name of the package. `<name>_redis` unless said.",
        examples=["shop_redis"],
    )
    output: Folder = optional(
        description="The package's folder, relative to the spec and inside its folder.",
        examples=["src/shop_redis"],
    )


class Defaults(Model):
    """What every keyspace takes unless it says otherwise."""

    ttl: DefaultTtl = optional(
        description="Merged into each `ttl` that expires.", examples=[{"jitter": "5%"}]
    )


RecordType = Annotated[
    Annotated[Type, Tag(SHORT)] | Annotated[Fields, Tag(SPELT_OUT)], Discriminator(form)
]


class Document(Model):
    """One file, `redis.spec.yaml`: the keyspaces of a program, that a reviewer reads in a minute."""

    version: Annotated[Written, WithJsonSchema({"const": 1})] = Field(
        description="The version of the spec language: 1."
    )
    name: Name = optional(
        description="The program's name: `shop` becomes the class `Shop` and the package "
        "`shop_redis`. An included file leaves it out.",
        examples=["shop"],
    )
    namespace: Annotated[
        Written, WithJsonSchema({"type": "string", "pattern": names.NAMESPACE_PATTERN})
    ] = optional(
        description="Every key starts with it and a colon. The name unless said; the client may "
        "override it, for tests and tenants.",
    )
    doc: Text = optional(description="What the program is; it becomes the package's docstring.")
    include: list[Folder] = optional(
        description="Other files of the same program, relative to this one.",
        examples=[["billing/redis.spec.yaml"]],
    )
    server: ServerSettings = optional(description="The one server of the program.")
    servers: dict[str, ServerSettings] = optional(
        description="Several servers by name, where one cannot be all (a cache that evicts, a "
        "store that must not). No atomic step spans two.",
        json_schema_extra=NAMED,
    )
    python: PythonSettings = optional(description="Where the generated package goes.")
    defaults: Defaults = optional(description="What every keyspace takes unless it says otherwise.")
    types: dict[str, RecordType] = optional(
        description="Records by name, each with its fields; or a class of yours by its import "
        "path (a pydantic model, dataclass or TypedDict).",
        json_schema_extra=TYPE_NAMED,
        examples=[{"Receipt": {"charge_id": "str"}, "Address": "shop.models:Address"}],
    )
    keyspaces: dict[str, KeyspaceSettings] = optional(
        description="The keyspaces by name.", json_schema_extra=NAMED
    )
    caches: dict[str, CacheSettings] = optional(
        description="Caches by name.", json_schema_extra=NAMED
    )
    rate_limits: dict[str, RateLimitSettings] = optional(
        description="Rate limits by name.", json_schema_extra=NAMED
    )
    locks: dict[str, LockSettings] = optional(description="Locks by name.", json_schema_extra=NAMED)
    sessions: dict[str, SessionSettings] = optional(
        description="Sessions by name.", json_schema_extra=NAMED
    )
    queues: dict[str, QueueSettings] = optional(
        description="Queues by name.", json_schema_extra=NAMED
    )
    channels: dict[str, ChannelSettings] = optional(
        description="Channels by name.", json_schema_extra=NAMED
    )
    idempotency: dict[str, IdempotencySettings] = optional(
        description="Idempotency records by name.", json_schema_extra=NAMED
    )
    operations: dict[str, OperationSettings] = optional(
        description="Operations by name.", json_schema_extra=NAMED
    )
