"""`redisspec lint`: hold specs, Lua scripts and Python against the rules."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from redisspec.cli.arguments import (
    Parser,
    choice,
    output,
    pattern_rules,
    patterns,
    selectors,
    version,
)
from redisspec.cli.command_error import CommandError
from redisspec.cli.config import Config, load_config
from redisspec.cli.lint_config import lint_config
from redisspec.cli.lint_files import PYTHON, LintFiles, lint_files
from redisspec.cli.lint_output import (
    FORMATS,
    Output,
    check_outputs,
    closing_words,
    show,
    show_statistics,
)
from redisspec.cli.lint_progress import progress
from redisspec.cli.report import counted
from redisspec.cli.settings import settings
from redisspec.diagnostics.diagnostic import SEVERITIES, Diagnostic
from redisspec.lint import lint_paths
from redisspec.lint.processes import FEW
from redisspec.lint.result import LintResult, exit_status
from redisspec.source.span import Span

if TYPE_CHECKING:
    from redisspec.lint.config import LintConfig
    from redisspec.lint.fixing import Mended

CACHE = ".redisspec_cache"

_PAGE = """\
Usage: redisspec lint [PATH ...] [OPTIONS]

Hold specs, Lua scripts and Python against the rules: keys without a TTL, collections without a
bound, keys that overlap or sit in one slot, steps that race with each other; and, in Lua, keys that
KEYS does not have, 0 taken for false, globals, loops without a bound, replies that lose what they say.

A PATH is a spec, a Lua script, a Python file, or a folder: every redis.spec.yaml below it, every
script that calls Redis, every Python file (those of generated packages, virtual environments, hidden
folders and what git ignores left out). Without one it is this folder. Python is judged where it uses
Redis or Valkey, through the project's own wrappers too, and by the spec above it where there is one.

Examples:
  redisspec lint                                  this folder
  redisspec lint src/ scripts/ limits/take.lua    these folders, and a file
  redisspec lint --select ttl,RS201               these rules alone
  redisspec lint --ignore RS205                   all but this one
  redisspec lint --fail-on error                  warnings are shown and do not fail
  redisspec lint --fix                            mend what can be mended safely
  redisspec lint --fix --unsafe-fixes --diff      show what every fix would change
  redisspec lint --output-format json             for tools, in ruff's shape
  redisspec lint --baseline known.json --update-baseline
                                                  from here on, tell only what is new

Rules are named by code (RS201), a code's beginning (RS2), name (missing-ttl) or category (growth).
`redisspec rule RS201` explains one. A comment suppresses a finding (`--` begins it in Lua):
  # redisspec: ignore[RS201] one list a shop, pruned by the nightly job

Which rules:
  --select RULES               run these alone
  --extend-select RULES        run these as well
  --ignore RULES               leave these out
  --per-file-ignores PATTERN:RULES
                               leave these out in files that match: `scripts/*:RS209`
  --preview                    rules on trial too
  --target-redis-py VERSION    the redis-py that the Python runs on (default: 8.0)
  --target-redis VERSION       the server, where no spec says it

Which files:
  --exclude PATTERN            leave out files and folders that match
  --no-respect-gitignore       also what git ignores
  --no-cache                   read every file, and keep nothing in .redisspec_cache
  --stdin-filename PATH        lint what standard input has (PATH `-`) as if it were this file

Fixes:
  --fix                        apply the safe fixes
  --unsafe-fixes               with --fix or --diff: those that may change what the program does too
  --diff                       show what would change, and change nothing

Output:
  --output-format FORMAT[=FILE]
                               text, concise, json, sarif, github, gitlab or junit (default: text);
                               may be repeated, each into a file of its own
  --statistics                 how many findings each rule has
  --baseline FILE              tell only findings that FILE does not count
  --update-baseline            write FILE from what is found now
  --fail-on SEVERITY           exit 1 from this severity on: info, warning, error (default: warning)
  --exit-zero                  exit 0 whatever is found
  --watch                      lint again whenever a file changes
  -h, --help                   this page

Exit status: 0 clean, 1 findings, 2 wrong usage or a file that cannot be read.
"""


def parser() -> Parser:
    """The arguments."""
    parser = Parser("lint", _PAGE)
    parser.add_argument("paths", nargs="*", metavar="PATH")
    for option in ("--select", "--extend-select", "--ignore"):
        parser.add_argument(option, action="append", type=selectors)
    parser.add_argument("--per-file-ignores", action="append", type=pattern_rules)
    parser.add_argument("--exclude", action="append", type=patterns)
    parser.add_argument("--fail-on", type=choice(*SEVERITIES))
    parser.add_argument("--output-format", action="append", type=output(*FORMATS))
    for option in ("--target-redis-py", "--target-redis"):
        parser.add_argument(option, type=version)
    parser.add_argument("--preview", action="store_true", default=None)
    parser.add_argument("--no-preview", action="store_false", dest="preview")
    for option in ("--stdin-filename", "--baseline"):
        parser.add_argument(option)
    for option in (
        "--fix", "--unsafe-fixes", "--diff", "--statistics", "--update-baseline", "--exit-zero",
        "--watch", "--no-respect-gitignore", "--no-cache",
    ):  # fmt: skip
        parser.add_argument(option, action="store_true")
    return parser


def run(arguments: Namespace) -> int:
    """Lint all files together; findings go to standard output."""
    outputs = [Output(*one) for one in arguments.output_format or (("text", None),)]
    check_outputs(outputs)
    _check_together(arguments)
    if any(one.form == "json" and one.file is None for one in outputs):
        mistakes = _mistakes(arguments)
        if mistakes:
            show(outputs, mistakes, {})
            return 2
    if arguments.watch:
        from redisspec.cli.lint_watch import watch  # noqa: PLC0415 - few runs watch

        return watch(lambda: _once(arguments, outputs), lambda: _files(arguments, settings()))
    return _once(arguments, outputs)


def _once(arguments: Namespace, outputs: list[Output]) -> int:
    config = settings()
    chosen = lint_config(arguments, config)
    files = _files(arguments, config)
    with _standard_input(arguments):
        if arguments.fix or arguments.diff:
            return _fixed(arguments, config, outputs, chosen, files)
        shown = progress()
        try:
            result = lint_paths(
                files.paths, chosen, files.known, keep=_cache(arguments, config, files), done=shown
            )
        finally:
            if shown is not None:
                shown.clear()
        return _told(arguments, config, outputs, chosen, result)


def _cache(arguments: Namespace, config: Config, files: LintFiles) -> Path | None:
    """The folder of what earlier runs found: beside the pyproject.toml that speaks of redisspec, else here.

    A few files are read sooner than anybody would miss them: nothing is kept of them.
    """
    few = sum(path.endswith(PYTHON) for path in (*files.paths, *files.known)) < FEW
    if few or arguments.no_cache or arguments.stdin_filename is not None:
        return None
    return Path(config.source.path if config.source else ".").parent / CACHE


def _files(arguments: Namespace, config: Config) -> LintFiles:
    if arguments.stdin_filename is not None:
        # What is around it is looked for as for a file that is there.
        around = LintFiles(())
        if arguments.stdin_filename.endswith(PYTHON):
            with suppress(CommandError):
                around = lint_files((), config)
        return LintFiles((arguments.stdin_filename,), (*around.paths, *around.known))
    exclude = [pattern for group in arguments.exclude or () for pattern in group]
    return lint_files(
        arguments.paths, config, exclude, gitignore=not arguments.no_respect_gitignore
    )


@contextmanager
def _standard_input(arguments: Namespace) -> Iterator[None]:
    if arguments.stdin_filename is None:
        yield
        return
    from redisspec.source.files import unsaved  # noqa: PLC0415 - few runs read standard input

    with unsaved({arguments.stdin_filename: sys.stdin.buffer.read()}):
        yield


def _told(
    arguments: Namespace,
    config: Config,
    outputs: list[Output],
    chosen: LintConfig,
    result: LintResult,
    fixed: int = 0,
) -> int:
    """Print the findings, as the baseline has it, and answer the exit status."""
    file = arguments.baseline or config.baseline
    known = gone = 0
    if file is not None and arguments.update_baseline:
        from redisspec.cli.lint_baseline import update  # noqa: PLC0415 - few runs have a baseline

        sys.stderr.write(f"{file} now knows {counted(update(result, file), 'finding')}\n")
        return 0
    if file is not None:
        from redisspec.cli.lint_baseline import against  # noqa: PLC0415 - see above

        compared = against(result, file)
        known, gone = compared.known, compared.gone
        status = exit_status(compared.new, chosen.fail_on)
        result = replace(result, diagnostics=compared.new, status=status)
    if arguments.statistics:
        show_statistics(outputs, result.diagnostics)
    else:
        words = closing_words(result.diagnostics, fixed=fixed, known=known, gone=gone)
        show(outputs, result.diagnostics, result.sources, closing=words)
    return 0 if arguments.exit_zero and result.status == 1 else result.status


def _fixed(
    arguments: Namespace,
    config: Config,
    outputs: list[Output],
    chosen: LintConfig,
    files: LintFiles,
) -> int:
    from redisspec.cli.lint_fix import show_diff, write_changes  # noqa: PLC0415 - few runs mend
    from redisspec.lint.fixing import mend  # noqa: PLC0415 - see above

    mended = mend(files.paths, chosen, files.known, unsafe=arguments.unsafe_fixes)
    for path in mended.refused:
        sys.stderr.write(f"{path} is left as it is: a fix would have broken it; please report it\n")
    fixed = sum(mended.applied.values())
    if arguments.diff:
        show_diff(mended.changes)
        where = counted(len(mended.changes), "file")
        sys.stderr.write(f"would fix {counted(fixed, 'finding')} in {where}\n")
        return 1 if mended.changes and not arguments.exit_zero else 0
    if arguments.stdin_filename is not None:
        return _mended_input(arguments, mended)
    write_changes(mended.changes)
    return _told(arguments, config, outputs, chosen, mended.result, fixed)


def _mended_input(arguments: Namespace, mended: Mended) -> int:
    """The mended text alone on standard output: an editor puts it in the place of its own."""
    from redisspec.source.files import read_bytes  # noqa: PLC0415 - see above

    text = mended.changes[0].after if mended.changes else read_bytes(arguments.stdin_filename)
    sys.stdout.flush()
    sys.stdout.buffer.write(text)
    return 0 if arguments.exit_zero and mended.result.status == 1 else mended.result.status


def _check_together(arguments: Namespace) -> None:
    """Options that mean nothing without each other, or not together."""
    if "-" in arguments.paths and arguments.stdin_filename is None:
        raise CommandError(
            "what standard input has needs a name: its ending says what it is",
            "write `--stdin-filename app/cache.py`",
        )
    if arguments.stdin_filename is not None and arguments.paths not in ([], ["-"]):
        raise CommandError(
            "`--stdin-filename` takes no further PATH", "leave the others out, or write `-`"
        )
    if arguments.unsafe_fixes and not (arguments.fix or arguments.diff):
        raise CommandError(
            "`--unsafe-fixes` says which fixes, and not what to do with them",
            "add `--fix` to apply them, or `--diff` to see them",
        )
    if arguments.update_baseline and arguments.baseline is None and not load_config().baseline:
        raise CommandError(
            "`--update-baseline` needs the file that it writes", "add `--baseline FILE`"
        )
    if arguments.watch and (arguments.fix or arguments.diff or arguments.stdin_filename):
        raise CommandError(
            "`--watch` goes with neither fixes nor standard input", "leave one of them out"
        )
    if arguments.watch and arguments.update_baseline:
        raise CommandError(
            "`--watch` goes not with `--update-baseline`: each change would be accepted unseen",
            "leave one of them out",
        )


def _mistakes(arguments: Namespace) -> tuple[Diagnostic, ...]:
    """What keeps a run from its specs, as findings: a tool reads standard output alone."""
    config = load_config()
    if config.diagnostics:
        return config.diagnostics
    try:
        _files(arguments, config)
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
