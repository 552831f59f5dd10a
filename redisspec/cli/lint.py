"""`redisspec lint`: hold specs, Lua scripts and Python against the rules."""

from __future__ import annotations

from argparse import Namespace
from typing import cast

from redisspec.cli.arguments import Parser, choice, flat, selectors, version
from redisspec.cli.command_error import CommandError
from redisspec.cli.config import Config, load_config, place
from redisspec.cli.lint_files import PYTHON, lint_files
from redisspec.cli.report import FORMATS, show_findings
from redisspec.cli.settings import settings
from redisspec.diagnostics.diagnostic import SEVERITIES, Diagnostic, Severity
from redisspec.diagnostics.suggest import nearest
from redisspec.lint import LintConfig, lint_paths, unknown_selectors
from redisspec.lint.rules import RULES
from redisspec.source.span import Span

_PAGE = """\
Usage: redisspec lint [PATH ...] [OPTIONS]

Hold specs, Lua scripts and Python against the rules: keys without a TTL, collections without a
bound, keys that overlap or sit in one slot, steps that race with each other; and, in Lua, keys that
KEYS does not have, 0 taken for false, globals, loops without a bound, replies that lose what they say.

A PATH is a spec, a Lua script, a Python file, or a folder: every redis.spec.yaml below it, every
script that calls Redis, every Python file (those of generated packages, virtual environments and
hidden folders left out). Without one it is this folder. Python is judged where it uses Redis or
Valkey, through the project's own wrappers too, and by the spec above it where there is one.

Examples:
  redisspec lint                                  this folder
  redisspec lint src/ scripts/ limits/take.lua    these folders, and a file
  redisspec lint --select ttl,RS201               these rules alone
  redisspec lint --ignore RS205                   all but this one
  redisspec lint --fail-on error                  warnings are shown and do not fail
  redisspec lint --output-format json             for tools, in ruff's shape

Rules are named by code (RS201), a code's beginning (RS2), name (missing-ttl) or category (growth).
`redisspec rule RS201` explains one. A comment suppresses a finding (`--` begins it in Lua):
  # redisspec: ignore[RS201] one list a shop, pruned by the nightly job

Options:
  --select RULES               run these alone
  --extend-select RULES        run these as well
  --ignore RULES               leave these out
  --fail-on SEVERITY           exit 1 from this severity on: info, warning, error (default: warning)
  --output-format FORMAT       text, concise or json (default: text)
  --target-redis-py VERSION    the redis-py that the Python runs on (default: 8.0)
  --target-redis VERSION       the server, where no spec says it
  -h, --help                   this page

Exit status: 0 clean, 1 findings, 2 wrong usage or a file that cannot be read.
"""


def parser() -> Parser:
    """The arguments."""
    parser = Parser("lint", _PAGE)
    parser.add_argument("paths", nargs="*", metavar="PATH")
    for option in ("--select", "--extend-select", "--ignore"):
        parser.add_argument(option, action="append", type=selectors)
    parser.add_argument("--fail-on", type=choice(*SEVERITIES))
    parser.add_argument("--output-format", type=choice(*FORMATS), default="text")
    for option in ("--target-redis-py", "--target-redis"):
        parser.add_argument(option, type=version)
    return parser


def run(arguments: Namespace) -> int:
    """Lint all files together; findings go to standard output."""
    if arguments.output_format == "json":
        mistakes = _mistakes(arguments)
        if mistakes:
            show_findings(mistakes, {}, "json")
            return 2
    config = settings()
    _check_selectors(arguments, config)
    files = lint_files(arguments.paths, config)
    result = lint_paths(files.paths, _lint_config(arguments, config), files.known)
    show_findings(result.diagnostics, result.sources, arguments.output_format)
    return result.status


def _mistakes(arguments: Namespace) -> tuple[Diagnostic, ...]:
    """What keeps a run from its specs, as findings: a tool reads standard output alone."""
    config = load_config()
    if config.diagnostics:
        return config.diagnostics
    try:
        lint_files(arguments.paths, config)
    except CommandError as error:
        path = next(iter(arguments.paths), None) or next(
            iter(config.specs or ()), "redis.spec.yaml"
        )
        where = Span(str(path), 1, 1, 1, 1)
        said = error.message or "the spec cannot be read"
        code, name = "RS001", "invalid-yaml"
        if where.file.endswith(".lua"):
            code, name = "RS007", "invalid-lua"
        elif where.file.endswith(PYTHON):
            code, name = "RS008", "invalid-python"
        return (Diagnostic(code, name, said, "error", where, help=error.help),)
    return ()


def _lint_config(arguments: Namespace, config: Config) -> LintConfig:
    """The command line's word goes before the file's; `--extend-select` adds to it."""
    select = flat(arguments.select) if arguments.select else config.select
    fail_on = arguments.fail_on or config.fail_on or "warning"
    return LintConfig(
        select=("ALL",) if select is None else select,
        extend_select=(*config.extend_select, *flat(arguments.extend_select or ())),
        ignore=flat(arguments.ignore) if arguments.ignore else config.ignore,
        severity=config.severity,
        fail_on=cast("Severity", fail_on),
        target_redis_py=arguments.target_redis_py or config.target_redis_py or (8, 0),
        target_redis=arguments.target_redis or config.target_redis,
    )


def _check_selectors(arguments: Namespace, config: Config) -> None:
    for option in ("select", "extend_select", "ignore"):
        _refuse(f"`--{option.replace('_', '-')}`", flat(getattr(arguments, option) or ()))
    written = {
        "select": config.select or (),
        "extend-select": config.extend_select,
        "ignore": config.ignore,
        "severity": tuple(config.severity),
    }
    for key, words in written.items():
        for word in words:
            where = str(place(config.source, key, word)) if config.source else ""
            _refuse(f"{where}: `{key}`", (word,))


def _refuse(where: str, words: tuple[str, ...]) -> None:
    for word in unknown_selectors(LintConfig(select=words)):
        known = [*(rule.name for rule in RULES), *(rule.code for rule in RULES)]
        near = nearest(word, known)
        raise CommandError(
            f"{where} names `{word}`, and there is no such rule",
            f"did you mean `{near}`?" if near else "`redisspec rule --all` lists the rules",
        )
