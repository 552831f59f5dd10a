"""A keyspace: a family of keys with one pattern, one structure, one lifetime and one bound."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from redisspec.spec.models.base import (
    NAMED,
    Duration,
    ErrorRate,
    Expectation,
    Integer,
    Key,
    Model,
    Name,
    Size,
    Text,
    Type,
    Whole,
    optional,
)
from redisspec.spec.models.values import Fields, Ttl


class KeyspaceSettings(Model):
    """A keyspace: which keys, what they hold, how long they live and how far they grow."""

    doc: Text = optional(
        description="What the keyspace is for; it becomes the accessor's docstring."
    )
    key: Key = Field(
        description="The key without the namespace. `<name:type>` is a parameter, `{…}` is "
        "Redis's hash tag, the rest is literal. Parameter types: `int uuid slug str encoded date "
        "month isoweek hour enum(a | b) hex(16)`.",
    )
    structure: Literal[
        "string",
        "counter",
        "hash",
        "list",
        "set",
        "sorted_set",
        "stream",
        "hyperloglog",
        "bitmap",
        "geo",
        "bloom_filter",
    ] = Field(description="What stands behind each key.")
    value: Type = optional(description="string: the type of the value.")
    fields: Fields = optional(
        description="hash, stream: the fields and their types. At least one field of a hash is "
        "not `| none`.",
        json_schema_extra=NAMED,
    )
    map: dict[str, Type] = optional(
        description="hash: `{K: V}`, any number of fields of one key type and one value type.",
        json_schema_extra={"minProperties": 1, "maxProperties": 1},
        examples=[{"str": "str"}],
    )
    item: Type = optional(description="list: the type of an item.")
    member: Type = optional(description="set, sorted_set, geo, bloom_filter: the type of a member.")
    element: Type = optional(
        description="hyperloglog: the type of what is counted. `str` unless said."
    )
    ttl: Ttl = optional(
        description="How long a key lives: `7d`, or `{for: 1h, jitter: 10%}`, or `never` with a "
        "`reason`. Set in the same atomic step as the write that creates the key.",
    )
    reason: Text = optional(description="Why `ttl: never` is right here.")
    max_items: Whole = optional(
        description="How many items a key holds at most (bits, for a bitmap). Kept in the same "
        "atomic step as the write.",
        examples=[50, 10_000],
    )
    when_full: Literal["trim", "reject"] = optional(
        description="What a write to a full key does: `trim` drops the oldest or lowest (list, "
        "stream, sorted_set; their default), `reject` raises `CollectionFull`.",
    )
    max_bytes: Size = optional(description="How large one stored value may be.")
    expect: Expectation = optional(
        description="How many keys there will be, for capacity figures and lint."
    )
    capacity: Whole = optional(
        description="bloom_filter: how many members a key holds at most. What is more is refused, so that "
        "the `error_rate` is kept.",
        examples=[1_000_000],
    )
    error_rate: ErrorRate = optional(
        description="bloom_filter: which share of the members that were never added `contains` takes for "
        "added ones, once a key is full. Those that were added it always knows.",
    )
    stored_as: Literal["bits", "module"] = optional(
        description="bloom_filter: `bits`, a string of them, which every server has (unless said), or `module`, "
        "Redis's own Bloom filter (`BF.ADD`), which Redis from 8.0 on has where it is built with that module."
    )
    floor: Integer = optional(description="counter: the least value.", examples=[0])
    ceiling: Integer = optional(description="counter: the greatest value.", examples=[100])
    field_ttl: Duration = optional(
        description="hash: how long one field lives, from its own write on. Needs Redis 7.4 or "
        "Valkey 9.0.",
    )
    server: Name = optional(
        description="Which of `servers` holds the keys, where there are several."
    )
