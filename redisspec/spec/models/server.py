"""The servers that a program talks to."""

from __future__ import annotations

from typing import Literal

from redisspec.spec.models.base import Duration, EngineText, Host, Model, Text, Whole, optional


class ServerSettings(Model):
    """A server: what may be emitted for it, and how the client connects."""

    engine: EngineText = optional(
        description="The engine and the least version in production. Gates what may be "
        "generated. `redis >= 7.0` unless said.",
        examples=["redis >= 7.0", "valkey >= 8.0"],
    )
    topology: Literal["standalone", "sentinel", "cluster"] = optional(
        description="The strictest target. What is generated for a cluster runs on one server "
        "too. `standalone` unless said.",
    )
    eviction: Literal[
        "noeviction",
        "allkeys-lru",
        "allkeys-lfu",
        "allkeys-random",
        "volatile-lru",
        "volatile-lfu",
        "volatile-random",
        "volatile-ttl",
    ] = optional(
        description="The `maxmemory-policy` that production runs with; lint holds it against "
        "the keyspaces.",
    )
    persistence: Literal["none", "rdb", "aof", "rdb+aof"] = optional(
        description="How the server keeps its data over a restart."
    )
    url: Text = optional(
        description="Where `connect()` finds the server. Environment variables stand as "
        "`${REDIS_URL}`, or `${REDIS_URL:-redis://localhost}` with a fallback; a password is "
        "never written here.",
        examples=["${REDIS_URL:-redis://localhost:6379/0}"],
    )
    sentinels: list[Host] = optional(
        description="The sentinels of `topology: sentinel`, each a `host:port`.",
        examples=[["sentinel-1:26379", "sentinel-2:26379"]],
    )
    master: Text = optional(
        description="The name under which the sentinels know the primary.", examples=["main"]
    )
    timeout: Duration = optional(
        description="How long one reply may take. `5s` unless said.", examples=["2s"]
    )
    deadline: Duration = optional(
        description="How long one call may take, retries included. 10 s unless said, on a cluster 30 s.",
        examples=["10s"],
    )
    max_connections: Whole = optional(
        description="How many connections the pool opens at most. 50 unless said."
    )
