"""Every rule, in the order of their codes."""

from __future__ import annotations

from redisspec.lint.rule import Rule
from redisspec.lint.rules import (
    big_collection,
    big_value,
    check_then_set,
    coarse_hash_tag,
    cross_slot,
    dated_key_no_ttl,
    durable_on_pubsub,
    eviction_mismatch,
    field_ttl,
    global_write,
    invalid_config,
    invalid_lua,
    invalid_spec,
    invalid_yaml,
    key_as_argument,
    key_naming,
    key_overlap,
    keys_command,
    lock_no_expiry,
    missing_ttl,
    not_yet_generated,
    reply_type,
    ttl_lost,
    ttl_no_jitter,
    ttl_nonpositive,
    ttl_split,
    type_conflict,
    unbounded_collection,
    unbounded_keyspace,
    unbounded_loop,
    undeclared_key,
    unsupported_by_server,
    unused_suppression,
    window_refresh,
    xadd_no_maxlen,
    zero_truthy,
)

RULES: tuple[Rule, ...] = (
    invalid_yaml.RULE,
    invalid_spec.RULE,
    unsupported_by_server.RULE,
    unused_suppression.RULE,
    not_yet_generated.RULE,
    invalid_config.RULE,
    invalid_lua.RULE,
    missing_ttl.RULE,
    dated_key_no_ttl.RULE,
    ttl_split.RULE,
    ttl_lost.RULE,
    window_refresh.RULE,
    ttl_nonpositive.RULE,
    ttl_no_jitter.RULE,
    field_ttl.RULE,
    eviction_mismatch.RULE,
    unbounded_collection.RULE,
    xadd_no_maxlen.RULE,
    big_value.RULE,
    big_collection.RULE,
    unbounded_keyspace.RULE,
    keys_command.RULE,
    check_then_set.RULE,
    lock_no_expiry.RULE,
    undeclared_key.RULE,
    zero_truthy.RULE,
    key_as_argument.RULE,
    global_write.RULE,
    unbounded_loop.RULE,
    reply_type.RULE,
    durable_on_pubsub.RULE,
    key_naming.RULE,
    key_overlap.RULE,
    type_conflict.RULE,
    cross_slot.RULE,
    coarse_hash_tag.RULE,
)

_BY_WORD = {word: rule for rule in RULES for word in (rule.code, rule.name)}


def rule_called(word: str) -> Rule | None:
    """The rule with this code (`RS201`, `rs201`) or name (`unbounded-collection`), or None."""
    return _BY_WORD.get(word) or _BY_WORD.get(word.upper()) or _BY_WORD.get(word.lower())
