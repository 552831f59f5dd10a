"""A spec file as a whole."""

from __future__ import annotations

from typing import Annotated

from pydantic import Discriminator, Field, Tag, WithJsonSchema

from redisspec.spec import names
from redisspec.spec.models.base import NAMED, TYPE_NAMED, Model, Name, Text, Type, Written
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

    package: Text = Field(
        None,
        description="The import name of the package. `<name>_redis` unless said.",
        examples=["shop_redis"],
    )
    output: Text = Field(
        None,
        description="The package's folder, relative to the spec and inside its folder.",
        examples=["src/shop_redis"],
    )


class Defaults(Model):
    """What every keyspace takes unless it says otherwise."""

    ttl: DefaultTtl = Field(
        None, description="Merged into each `ttl` that expires.", examples=[{"jitter": "5%"}]
    )


RecordType = Annotated[
    Annotated[Type, Tag(SHORT)] | Annotated[Fields, Tag(SPELT_OUT)], Discriminator(form)
]


class Document(Model):
    """One file, `redis.spec.yaml`: the keyspaces of a program, that a reviewer reads in a minute."""

    version: Annotated[Written, WithJsonSchema({"const": 1})] = Field(
        description="The version of the spec language: 1."
    )
    name: Name = Field(
        None,
        description="The program's name: `shop` becomes the class `Shop` and the package "
        "`shop_redis`. An included file leaves it out.",
        examples=["shop"],
    )
    namespace: Annotated[
        Written, WithJsonSchema({"type": "string", "pattern": names.NAMESPACE_PATTERN})
    ] = Field(
        None,
        description="Every key starts with it and a colon. The name unless said; the client may "
        "override it, for tests and tenants.",
    )
    doc: Text = Field(None, description="What the program is; it becomes the package's docstring.")
    include: list[Text] = Field(
        None,
        description="Other files of the same program, relative to this one.",
        examples=[["billing/redis.spec.yaml"]],
    )
    server: ServerSettings = Field(None, description="The one server of the program.")
    servers: dict[str, ServerSettings] = Field(
        None,
        description="Several servers by name, where one cannot be all (a cache that evicts, a "
        "store that must not). No atomic step spans two.",
        json_schema_extra=NAMED,
    )
    python: PythonSettings = Field(None, description="Where the generated package goes.")
    defaults: Defaults = Field(
        None, description="What every keyspace takes unless it says otherwise."
    )
    types: dict[str, RecordType] = Field(
        None,
        description="Records by name, each with its fields; or a class of yours by its import "
        "path (a pydantic model, dataclass or TypedDict).",
        json_schema_extra=TYPE_NAMED,
        examples=[{"Receipt": {"charge_id": "str"}, "Address": "shop.models:Address"}],
    )
    keyspaces: dict[str, KeyspaceSettings] = Field(
        None, description="The keyspaces by name.", json_schema_extra=NAMED
    )
    caches: dict[str, CacheSettings] = Field(
        None, description="Caches by name.", json_schema_extra=NAMED
    )
    rate_limits: dict[str, RateLimitSettings] = Field(
        None, description="Rate limits by name.", json_schema_extra=NAMED
    )
    locks: dict[str, LockSettings] = Field(
        None, description="Locks by name.", json_schema_extra=NAMED
    )
    sessions: dict[str, SessionSettings] = Field(
        None, description="Sessions by name.", json_schema_extra=NAMED
    )
    queues: dict[str, QueueSettings] = Field(
        None, description="Queues by name.", json_schema_extra=NAMED
    )
    channels: dict[str, ChannelSettings] = Field(
        None, description="Channels by name.", json_schema_extra=NAMED
    )
    idempotency: dict[str, IdempotencySettings] = Field(
        None, description="Idempotency records by name.", json_schema_extra=NAMED
    )
    operations: dict[str, OperationSettings] = Field(
        None, description="Operations by name.", json_schema_extra=NAMED
    )
