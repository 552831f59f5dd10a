"""What one Python file was found to do, and what all files of a run say together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from redisspec.lint.across import KeyFacts
from redisspec.lint.config import selected
from redisspec.lint.keyindex import KeyIndex
from redisspec.lint.rules import RULES

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.config import LintConfig
    from redisspec.lint.suppressions import Comments


@dataclass(frozen=True, slots=True)
class PythonReport:
    """What a file was found to do, small enough to be handed from one process to another.

    `comments` are its suppressions, None where there are none. `read` are the other files of the project
    that were looked at.
    """

    diagnostics: tuple[Diagnostic, ...]
    facts: KeyFacts
    comments: Comments | None = None
    read: tuple[str, ...] = ()


def lint_facts(facts: Sequence[KeyFacts], config: LintConfig) -> list[Diagnostic]:
    """What can be said only of all files together."""
    found: dict[tuple[object, ...], Diagnostic] = {}
    index = KeyIndex(facts)
    for rule in RULES:
        if rule.across is not None and selected(rule, config):
            for diagnostic in rule.across(index):
                found.setdefault((diagnostic.code, diagnostic.span), diagnostic)
    return list(found.values())
