"""Every rule, in the order of their codes."""

from __future__ import annotations

from redisspec.lint.rule import Rule
from redisspec.lint.rules import (
    big_collection,
    big_value,
    coarse_hash_tag,
    cross_slot,
    dated_key_no_ttl,
    durable_on_pubsub,
    eviction_mismatch,
    field_ttl,
    invalid_config,
    invalid_spec,
    invalid_yaml,
    key_naming,
    key_overlap,
    missing_ttl,
    not_yet_generated,
    ttl_no_jitter,
    ttl_nonpositive,
    type_conflict,
    unbounded_collection,
    unbounded_keyspace,
    unsupported_by_server,
    unused_suppression,
    window_refresh,
    xadd_no_maxlen,
)

RULES: tuple[Rule, ...] = (
    invalid_yaml.RULE,
    invalid_spec.RULE,
    unsupported_by_server.RULE,
    unused_suppression.RULE,
    not_yet_generated.RULE,
    invalid_config.RULE,
    missing_ttl.RULE,
    dated_key_no_ttl.RULE,
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
