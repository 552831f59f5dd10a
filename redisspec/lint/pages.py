"""The page of the docs that has every rule, made of the rules' own docstrings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from redisspec.lint.rules import RULES
from redisspec.lint.rules.unused_suppression import RULE as UNUSED

if TYPE_CHECKING:
    from redisspec.lint.rule import Rule

CATEGORIES = {
    "spec": "The spec itself",
    "ttl": "TTL",
    "growth": "Growth and cost",
    "atomicity": "Atomicity",
    "locks": "Locks and limits",
    "lua": "Lua",
    "client": "Client",
    "keys": "Keys and values",
}

_HOW = """\
# Rules

`redisspec lint` checks specs, Lua scripts and Python against these rules, and `redisspec rule RS201` shows the page
of one. The exit status is 1 where a finding is a warning or worse (`--fail-on`), and 2 where a file cannot be
used at all.

This page is generated from the rules' own docstrings.

## Choosing rules

`select`, `extend-select` and `ignore` take a code (`RS201`), a code's beginning (`RS2`), a name
(`unbounded-collection`), a category (`growth`) or `ALL`. The most precise one decides: with
`select = ["RS201"]` and `ignore = ["RS2"]`, RS201 runs.

```toml
[tool.redisspec]
ignore = ["key-naming"]
fail-on = "error"
severity = {big-value = "warning"}
per-file-ignores = {"scripts/*" = ["flush"]}
exclude = ["tests/data"]
```

## Fixes

`redisspec lint --fix` applies the safe ones, `--unsafe-fixes` those too that may change what the program does, and
`--diff` shows them. Each page says which are which. In Python a fix is safe only where the client is one for sure, by its
constructor, annotation or import: what has methods of Redis's, and nothing else that says so, may be a wrapper that
takes other arguments.

## Suppressing a finding

A comment suppresses findings on its own line; on a line of its own, it covers the next line or, where
that opens a declaration, the whole declaration. `ignore-file` covers the file. Say why.

```yaml
keyspaces:
  # redisspec: ignore[RS201] one list a shop, pruned by the nightly job
  returns:
    key: returns:{<shop_id:int>}
    structure: list
    item: uuid
    ttl: 90d
```

In a Lua script it is `-- redisspec: ignore[undeclared-key] the index has these keys`; on a line of its own it
covers the statement that follows, of an `if` or a loop its first line. In Python it is as in a spec, and covers the
statement that follows, of a function or a class the whole. A comment that suppresses nothing is
reported as RS004.
"""


def reference(rules: Sequence[Rule] = RULES) -> str:
    """All rules as one Markdown page; each one's anchor is its name."""
    parts = [_HOW]
    present = [category for category in CATEGORIES if any(r.category == category for r in rules)]
    parts.append("## All rules\n")
    rows = ["| code | name | what it finds | severity | fix |", "| --- | --- | --- | --- | --- |"]
    for category in present:
        rows.append(f"| **{CATEGORIES[category]}** | | | | |")
        rows += [
            f"| {rule.code} | [{rule.name}](#{rule.name}) | {rule.summary} | {rule.severity} "
            f"| {'yes' if _fixable(rule) else ''} |"
            for rule in rules
            if rule.category == category
        ]
    parts.append("\n".join(rows) + "\n")
    for rule in rules:
        body = rule.documentation.strip().replace("\n## ", "\n### ")
        parts.append(f"## {rule.name}\n\n{_facts(rule)}\n\n{body}\n")
    return "\n".join(parts)


def _facts(rule: Rule) -> str:
    fixable = ", has a fix" if _fixable(rule) else ""
    fixed = ", cannot be deselected" if rule.always else ""
    return f"`{rule.code}`, {CATEGORIES[rule.category]}, {rule.severity}{fixable}{fixed}."


def _fixable(rule: Rule) -> bool:
    return rule.fixable or rule is UNUSED
