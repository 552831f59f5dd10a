"""Which rules run, how grave each is, and from what severity on a run fails."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import PurePath
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Severity

if TYPE_CHECKING:
    from redisspec.lint.rule import Rule
    from redisspec.readers.python.wrappers import Wrapper

ALL = "ALL"


@dataclass(frozen=True, slots=True)
class LintConfig:
    """The linter's settings.

    A selector is `ALL`, a category (`ttl`), a code's beginning (`RS2`), a code (`RS201`) or a name
    (`unbounded-collection`). `severity` maps selectors to the severity to report. `per_file_ignores` are pairs of a
    file pattern and the selectors that are left out there. Rules on trial (`Rule.preview`) run only where `preview`
    is set. `target_redis_py` is the redis-py that Python code runs on, `target_redis` the server where no spec says
    it. `wrappers` are functions outside the project that are declared to send commands.
    """

    select: tuple[str, ...] = (ALL,)
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    fail_on: Severity = "warning"
    target_redis_py: tuple[int, int] = (8, 0)
    target_redis: tuple[int, int] | None = None
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    preview: bool = False
    wrappers: tuple[Wrapper, ...] = ()


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
    if rule.preview and not config.preview:
        return False
    wanted = max(
        (_strength(text, rule) for text in (*config.select, *config.extend_select)), default=0
    )
    unwanted = max((_strength(text, rule) for text in config.ignore), default=0)
    return wanted > unwanted


def ignored_in(path: str, rule: Rule, config: LintConfig) -> bool:
    """Whether a rule's findings in a file are left out."""
    return not rule.always and any(
        matches(path, pattern) and any(_strength(text, rule) for text in selectors)
        for pattern, selectors in config.per_file_ignores
    )


def matches(path: str, pattern: str) -> bool:
    """Whether a path is meant by a pattern: its own name, the path from here, or a folder above it."""
    parts = PurePath(os.path.normpath(path)).parts
    written = pattern.strip().rstrip("/").removeprefix("./")
    if "/" not in written:
        return any(fnmatchcase(part, written) for part in parts)
    ways = ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
    whole = written.removeprefix("**/")
    return any(
        fnmatchcase(way, written) or (whole != written and fnmatchcase(way, whole)) for way in ways
    )


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
    inside = (text for _, selectors in config.per_file_ignores for text in selectors)
    every = (*config.select, *config.extend_select, *config.ignore, *config.severity, *inside)
    return tuple(
        dict.fromkeys(text for text in every if not any(_strength(text, rule) for rule in rules))
    )
