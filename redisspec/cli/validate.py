"""`redisspec validate`: everything that `generate` would refuse, with nothing written."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from redisspec.cli.arguments import Parser
from redisspec.cli.command_error import CommandError
from redisspec.cli.compiled import Compiled, compile_spec
from redisspec.cli.report import show_errors
from redisspec.cli.settings import settings
from redisspec.cli.specs import spec_files
from redisspec.codegen.output import OutputError, output_folder
from redisspec.ir.program import Program

_PAGE = """\
Usage: redisspec validate [SPEC ...]

Check a spec as `generate` does, without writing anything: the language, its types, keys that
overlap, slots, and what the target server lacks. TTLs and bounds are what `redisspec lint` is for.

Examples:
  redisspec validate                        the spec of this folder
  redisspec validate billing/redis.spec.yaml

Options:
  -h, --help  this page

Exit status: 0 when generate would accept it, 2 when not.
"""


def parser() -> Parser:
    """The arguments."""
    parser = Parser("validate", _PAGE)
    parser.add_argument("specs", nargs="*", metavar="SPEC")
    return parser


def run(arguments: Namespace) -> int:
    """Check each spec; errors go to standard error."""
    status = 0
    for spec in spec_files(arguments.specs, settings()):
        compiled = compile_spec(spec)
        show_errors(compiled.diagnostics, compiled.sources)
        if compiled.program is None:
            status = 2
            continue
        _check_output(spec, compiled)
        sys.stdout.write(f"{spec}: {_contents(compiled.program)}, valid\n")
    return status


def _contents(program: Program) -> str:
    """What is declared, in numbers; what is not, is not named."""
    parts = (
        (len(program.keyspaces), "keyspace", "keyspaces"),
        (len(program.policies), "policy", "policies"),
        (len(program.operations), "operation", "operations"),
    )
    return ", ".join(f"{n} {one if n == 1 else more}" for n, one, more in parts if n)


def _check_output(spec: str, compiled: Compiled) -> None:
    if compiled.program is None:
        return
    try:
        output_folder(Path(spec).parent, compiled.program.python.output)
    except OutputError as error:
        raise CommandError(str(error), error.help) from None
