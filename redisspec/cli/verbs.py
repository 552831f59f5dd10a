"""The commands there are, and the page that `redisspec --help` prints."""

from __future__ import annotations

VERBS: dict[str, str] = {
    "init": "write a starter spec",
    "validate": "check a spec as generate does, and write nothing",
    "generate": "write the typed package, or tell whether it is up to date",
    "lint": "hold specs, Lua scripts and Python against the rules",
    "rule": "explain a rule",
    "lsp": "serve an editor: findings while one writes",
    "schema": "print the JSON Schema of spec files",
    "keys": "list every key pattern with its TTL, bound and slot",
}

_PAGE = """\
redisspec: declare your Redis keyspaces; get a typed Python package, and a linter.

Usage: redisspec COMMAND [OPTIONS]

Start here:
  redisspec init                       write redis.spec.yaml in this folder
  redisspec lint                       is anything unbounded, or without a TTL?
  redisspec generate                   write the package that the spec describes

In continuous integration:
  redisspec lint --output-format json  findings as JSON on standard output
  redisspec generate --check           exit 1 where the package is out of date

Commands:
{verbs}

Options:
  -h, --help     this page; after a command, that command's own
  -V, --version  the version

A SPEC defaults to `spec` of [tool.redisspec] in pyproject.toml, or redis.spec.yaml in this folder.
Exit status: 0 clean, 1 findings or drift, 2 wrong usage or a spec that cannot be used.
"""


def overview() -> str:
    """The page of `redisspec --help`."""
    width = max(map(len, VERBS))
    return _PAGE.format(verbs="\n".join(f"  {verb:<{width}}  {VERBS[verb]}" for verb in VERBS))
