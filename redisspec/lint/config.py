"""Which rules run, how grave each is, and from what severity on a run fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Severity

if TYPE_CHECKING:
    from redisspec.lint.rule import Rule

ALL = "ALL"


@dataclass(frozen=True, slots=True)
class LintConfig:
    """The linter's settings.

    A selector is `ALL`, a category (`ttl`), a code's beginning (`RS2`), a code (`RS201`) or a
    name (`unbounded-collection`). `severity` maps selectors to the severity to report.
    `target_redis_py` is the redis-py that Python code runs on, `target_redis` the server where no spec
    says it.
    """

    select: tuple[str, ...] = (ALL,)
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    fail_on: Severity = "warning"
    target_redis_py: tuple[int, int] = (8, 0)
    target_redis: tuple[int, int] | None = None


def _strength(selector: str, rule: Rule) -> int:
    """How precisely `selector` names `rule`; 0 where it does not."""
    text = selector.strip()
    if text.upper() == ALL:
        return 1
    if text.lower() == rule.category:
        return 2
    if text.lower() == rule.name:
        return 100
    prefix = text.upper()
    if len(prefix) > 1 and prefix.startswith("RS") and rule.code.startswith(prefix):
        return 100 if prefix == rule.code else 3 + len(prefix)
    return 0


def selected(rule: Rule, config: LintConfig) -> bool:
    """Whether `rule` runs: the most precise selector decides, and at a draw `ignore` does."""
    if rule.always:
        return True
    wanted = max(
        (_strength(text, rule) for text in (*config.select, *config.extend_select)), default=0
    )
    unwanted = max((_strength(text, rule) for text in config.ignore), default=0)
    return wanted > unwanted


def severity_of(rule: Rule, found: Severity, config: LintConfig) -> Severity:
    """The severity to report: the most precise override, else the one `found`."""
    if rule.always:
        return found
    best, severity = 0, found
    for selector, override in config.severity.items():
        strength = _strength(selector, rule)
        if strength > best:
            best, severity = strength, override
    return severity


def unknown_selectors(config: LintConfig, rules: Sequence[Rule] | None = None) -> tuple[str, ...]:
    """The selectors of `config` that name no rule, in order, each once; a usage error."""
    if rules is None:
        from redisspec.lint.rules import RULES  # noqa: PLC0415 - the table is not always needed

        rules = RULES
    every = (*config.select, *config.extend_select, *config.ignore, *config.severity)
    return tuple(
        dict.fromkeys(text for text in every if not any(_strength(text, rule) for rule in rules))
    )
