"""`redisspec generate`: write the package that a spec describes, or tell how it differs."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path

from redisspec import __version__
from redisspec.cli.arguments import Parser
from redisspec.cli.command_error import CommandError
from redisspec.cli.report import counted, show_errors
from redisspec.cli.settings import settings
from redisspec.cli.specs import spec_files
from redisspec.cli.terminal import coloured
from redisspec.codegen.manifest import describe
from redisspec.codegen.output import OutputError, chosen_folder, output_folder
from redisspec.codegen.shortcut import current
from redisspec.codegen.writer import (
    Drift,
    apply,
    differences,
    plan,
    refuse,
)
from redisspec.resources import in_checkout
from redisspec.source.problem import why

_PAGE = """\
Usage: redisspec generate [SPEC ...] [OPTIONS]

Write the typed package that a spec describes. Files that redisspec did not write are never
touched; those that are no longer wanted are removed.

Examples:
  redisspec generate                     write the package of this folder's spec
  redisspec generate --check             for CI: exit 1 where it is out of date, write nothing
  redisspec generate --diff              show what would change, write nothing
  redisspec generate --output build/pkg  write it elsewhere

Options:
  --check       name what is missing, changed or stale; write nothing
  --diff        a unified diff of what would change; write nothing
  --output DIR  the folder to write, instead of the spec's `python: output:`
  -h, --help    this page

Exit status: 0 written or up to date, 1 out of date (--check, --diff), 2 wrong usage, or a spec
that cannot be generated.
"""

_COLOURS = {"+": "\033[32m", "-": "\033[31m", "@": "\033[36m"}


def parser() -> Parser:
    """The arguments."""
    parser = Parser("generate", _PAGE)
    parser.add_argument("specs", nargs="*", metavar="SPEC")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--diff", action="store_true")
    parser.add_argument("--output", metavar="DIR")
    return parser


def run(arguments: Namespace) -> int:
    """Generate each spec's package; the gravest status of all is the run's."""
    specs = spec_files(arguments.specs, settings())
    if arguments.output is not None and len(specs) > 1:
        raise CommandError("`--output` takes one spec at a time", "name the spec that it is for")
    try:
        return max(_one(spec, arguments) for spec in specs)
    except OutputError as error:
        raise CommandError(str(error), error.help) from None


def _one(spec: str, arguments: Namespace) -> int:
    root = Path(spec).parent
    folder = None if arguments.output is None else chosen_folder(arguments.output, root)
    # a checkout may emit something else than the version of that name did
    known = None if in_checkout() else current(spec, folder, __version__)
    if known is not None:
        where, manifest = known
        _say_current(where, len(manifest.files))
        return 0
    from redisspec.cli.compiled import (  # noqa: PLC0415 - nothing changed: nothing to load
        compile_spec,
    )

    compiled = compile_spec(spec)
    show_errors(compiled.diagnostics, compiled.sources)
    program = compiled.program
    if program is None:
        return 2
    if folder is None:
        folder = output_folder(root, program.python.output)
    from redisspec.codegen import generate  # noqa: PLC0415 - a spec with errors needs no emitter

    files = generate(program)
    manifest = describe(
        files,
        tool=__version__,
        spec_hash=program.spec_hash,
        output=program.python.output,
        sources=program.files,
    )
    if not (arguments.check or arguments.diff):
        _say_written(folder, apply(folder, files, manifest))
        return 0
    try:
        drift = plan(folder, files, manifest)
    except OSError as error:
        raise CommandError(
            f"cannot read {error.filename}: {error.strerror}", why(error)[1]
        ) from None
    if drift.clean:
        _say_current(folder, len(manifest.files))
        return 0
    if arguments.diff:
        _write_diff(differences(folder, files, drift))
    _name_drift(spec, folder, drift, to_stdout=not arguments.diff)
    return 1


def _say_current(folder: Path, count: int) -> None:
    sys.stdout.write(f"{folder.as_posix()} is up to date: {counted(count, 'file')}\n")


def _say_written(folder: Path, drift: Drift) -> None:
    if drift.clean:
        _say_current(folder, len(drift.unchanged))
        return
    parts = [f"{counted(len(drift.missing) + len(drift.changed), 'file')} written"]
    if drift.stale:
        parts.append(f"{len(drift.stale)} removed")
    if drift.unchanged:
        parts.append(f"{len(drift.unchanged)} unchanged")
    sys.stdout.write(f"{folder.as_posix()}: {', '.join(parts)}\n")
    for path in drift.kept:
        sys.stderr.write(
            f"note: {(folder / path).as_posix()} is no longer generated; "
            "it was made over by hand, so it stays\n"
        )


def _write_diff(lines: Iterable[str]) -> None:
    colour = coloured(sys.stdout)
    for line in lines:
        start = _COLOURS.get(line[:1]) if colour else None
        sys.stdout.write(f"{start}{line.rstrip(chr(10))}\033[0m\n" if start else line)


def _name_drift(spec: str, folder: Path, drift: Drift, *, to_stdout: bool) -> None:
    """What is out of date, a path a line; beside a diff it goes to standard error."""
    lines = [f"{folder.as_posix()} is not what {spec} describes:"]
    kinds = {
        "missing": drift.missing,
        "changed": drift.changed,
        "stale": drift.stale,
        "foreign": drift.foreign,
        "blocked": drift.blocked,
        "leftover": drift.leftovers,
    }
    for kind, paths in kinds.items():
        lines += [f"  {kind:<8}  {(folder / path).as_posix()}" for path in paths]
    if drift.manifest != "current":
        lines.append(f"  manifest  is {drift.manifest}")
    if drift.unfinished:
        lines.append("  a run of generate was interrupted here, or is still at work")
    help_ = "`redisspec generate` mends it"
    try:
        refuse(folder, drift)
    except OutputError as error:
        help_ = f"generate would refuse: {error.help}"
    stream = sys.stdout if to_stdout else sys.stderr
    stream.write("\n".join(lines) + f"\nhelp: {help_}\n")
