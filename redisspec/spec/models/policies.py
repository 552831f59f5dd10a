"""The declared patterns: caches, rate limits, locks, sessions, queues, channels, idempotency."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from redisspec.spec.models.base import (
    NAMED,
    Duration,
    Expectation,
    Flag,
    Key,
    Model,
    Name,
    Rate,
    Size,
    Text,
    Type,
    Whole,
    optional,
)
from redisspec.spec.models.values import Fields, Ttl


class Policy(Model):
    """What every policy may say."""

    doc: Text = optional(description="What it is for; it becomes the generated docstring.")
    server: Name = optional(
        description="Which of `servers` holds its keys, where there are several."
    )


class Keyed(Policy):
    """A policy with a key of its own."""

    key: Key = Field(description="The key without the namespace, as in a keyspace.")
    expect: Expectation = optional(description="How many keys there will be.")


class NearSettings(Model):
    """A copy in the process, beside the cache."""

    max_items: Whole = Field(description="How many entries a process keeps.")
    max_age: Duration = Field(description="How old an entry becomes at most.")


class CacheSettings(Keyed):
    """A cache: what a loader returns, kept for a while."""

    value: Type = Field(description="The type of what is cached.")
    ttl: Ttl = optional(description="How long an entry lives.")
    reason: Text = optional(description="Why `ttl: never` is right here.")
    stampede: Literal["early_refresh", "lease", "none"] = optional(
        description="How a crowd is kept from loading one entry at once: `lease` lets one load, "
        "`early_refresh` also reloads before the end. `lease` unless said.",
    )
    negative_ttl: Duration = optional(description="How long “there is none” is remembered.")
    stale: Duration = optional(
        description="How long past its end an entry may be served while another loads it."
    )
    lease: Duration = optional(
        description="How long a loader that died keeps others from loading; one that lives renews "
        "it. `10s` unless said."
    )
    wait: Duration = optional(
        description="How long a reader waits for another's load before it loads itself. The lease "
        "unless said.",
    )
    tags: list[Text] = optional(
        description="Names under which entries are invalidated together. `<value.field>` and "
        "`<parameter>` are filled in.",
        examples=[["category:<value.category_id>"]],
    )
    max_bytes: Size = optional(description="How large one entry may be.")
    compress_above: Size = optional(
        description="Values with more bytes are compressed, where that is worth it."
    )
    near: NearSettings = optional(description="A copy in the process, beside the cache.")


class RateLimitSettings(Keyed):
    """A rate limit: how much a subject may do in a time."""

    limits: list[Rate] = optional(
        description="One or more rates that must all admit a call. Not for `concurrency`.",
        examples=[["100/s burst 200", "5000/h"]],
    )
    algorithm: Literal[
        "gcra", "token_bucket", "sliding_log", "sliding_window", "fixed_window", "concurrency"
    ] = optional(
        description="How calls are counted. `gcra` unless said; `token_bucket` is another name of it."
    )
    concurrent: Whole = optional(description="concurrency: how many may go on at once.")
    lease: Duration = optional(
        description="concurrency: how long one of them counts that is neither ended nor renewed."
    )
    on_redis_down: Literal["allow", "deny", "raise"] = optional(
        description="What a call gets while the server cannot be asked. `raise` unless said."
    )
    clock: Literal["server", "client"] = optional(
        description="Whose clock counts. `server` unless said."
    )
    local_deny: Duration = optional(
        description="How long a process may repeat a denial without asking the server, at most. So "
        "long may a reset elsewhere go unseen. It always asks unless said.",
    )
    allow: list[Text] = optional(
        description="Keys, with their parameters filled in, that are admitted and not counted.",
        examples=[["api:1", "api:2"]],
    )
    deny: list[Text] = optional(
        description="Keys, with their parameters filled in, that are never admitted.",
        examples=[["api:666"]],
    )


class LockSettings(Keyed):
    """A lock: one holder (or some) at a time, with a fence."""

    kind: Literal["mutex", "semaphore", "read_write"] = optional(
        description="Who may hold it together. `mutex` unless said."
    )
    permits: Whole = optional(description="semaphore: how many may hold it.")
    ttl: Duration = optional(
        description="How long a holder has it without renewing. `30s` where it is not said, which is "
        "a lint error (RS401)."
    )
    renew: Literal["auto", "manual"] = optional(
        description="Whether a holder's lease is renewed by itself. `manual` unless said."
    )
    fencing: Flag = optional(
        description="Whether each holder gets a number higher than all before, for what the lock "
        "protects to check. Not for a semaphore."
    )
    wait: Duration = optional(
        description="How long an acquire waits at most unless it says. As long as `ttl` unless said."
    )


class SessionSettings(Policy):
    """Sessions: what is known of a visitor, until idle or over."""

    key: Key = optional(
        description="The word before the session's own part of the key. The name unless said."
    )
    user: dict[str, Type] = optional(
        description="What identifies the user, whose sessions are listed and ended together.",
        json_schema_extra=NAMED,
        examples=[{"user_id": "int"}],
    )
    fields: Fields = optional(description="What a session holds.", json_schema_extra=NAMED)
    idle: Duration = Field(description="How long a session lives without being used.")
    absolute: Duration = Field(description="How long a session lives at most.")
    max_per_user: Whole = optional(
        description="How many sessions a user has at most; the one that would end first gives way."
    )
    expect: Expectation = optional(description="How many sessions there will be.")


class BackoffSettings(Model):
    """How long a failed job waits for its next attempt."""

    from_: Duration = Field(alias="from", description="The wait after the first failure.")
    to: Duration = optional(description="The longest wait.")


class DeadLetterSettings(Model):
    """Where a job goes that failed too often."""

    max_length: Whole = optional(description="How many are kept.")
    ttl: Duration = optional(description="How long they are kept.")


class QueueSettings(Policy):
    """A queue of jobs: at least once, with attempts and a dead letter."""

    key: Key = optional(description="The queue's key. The name unless said.")
    message: Type = Field(description="The type of a job.")
    max_length: Whole = optional(description="How many jobs wait at most.")
    max_attempts: Whole = optional(description="How often a job is tried.")
    backoff: BackoffSettings = optional(
        description="How long a failed job waits for its next attempt."
    )
    lease: Duration = optional(description="How long a worker has a job without a heartbeat.")
    deduplicate: Duration = optional(description="How long a job's own id keeps a second one out.")
    dead_letter: DeadLetterSettings = optional(
        description="Where a job goes that failed too often."
    )
    ttl: Ttl = optional(description="How long a queue lives that nobody uses.")
    reason: Text = optional(description="Why `ttl: never` is right here.")


class ChannelSettings(Policy):
    """A channel: messages to whoever listens now."""

    key: Key = optional(description="The channel's name in Redis. The name unless said.")
    message: Type = Field(description="The type of a message.")
    params: dict[str, Type] = optional(
        description="What a channel is one of.", json_schema_extra=NAMED
    )
    delivery: Literal["at_most_once", "at_least_once"] = optional(
        description="What the messages need. Pub/sub gives `at_most_once`; a queue or a stream "
        "gives more.",
    )


class IdempotencySettings(Keyed):
    """An idempotency record: one result for one request, however often it comes."""

    result: Type = Field(description="The type of what is recorded.")
    keep: Duration = Field(description="How long the result is remembered.")
    lease: Duration = optional(
        description="How long one run has before another may take over. `60s` unless said, or "
        "`keep` where that is less."
    )
    max_bytes: Size = optional(description="How large one result may be.")


class OperationSettings(Model):
    """An operation: several steps that happen together or not at all."""

    doc: Text = optional(description="What it does; it becomes the method's docstring.")
    params: dict[str, Type] = optional(
        description="The parameters and their types.", json_schema_extra=NAMED
    )
    returns: Type = optional(description="The type of the result.")
    raises: list[Name] = optional(
        description="The errors that it may raise; a class is generated for each.",
        json_schema_extra={"items": {"type": "string", "pattern": "^[A-Z][A-Za-z0-9]{0,62}$"}},
        examples=[["OutOfStock"]],
    )
    do: Text = optional(description="The steps, in a small checked subset of Python.")
    lua: Text = optional(
        description="A Lua script of your own instead of `do`: its path, relative to this file.",
        examples=["scripts/take.lua"],
    )
    keys: dict[str, Text] = optional(
        description="lua: the keys that the script touches, in the order of KEYS, each with its "
        "keyspace. What its key takes are the parameters of the same names, or those in brackets.",
        json_schema_extra=NAMED,
        examples=[{"left": "stock"}],
    )
    atomic: Flag = optional(
        description="`false` emits a pipeline in the written order. Needs a `reason`."
    )
    reason: Text = optional(description="Why `atomic: false` is right here.")
