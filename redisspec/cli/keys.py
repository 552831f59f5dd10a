"""`redisspec keys`: every key pattern with its structure, TTL, bound and slot."""

from __future__ import annotations

import sys
from argparse import Namespace

from redisspec.cli.arguments import Parser, choice
from redisspec.cli.compiled import read
from redisspec.cli.keytable import rows, table
from redisspec.cli.report import show_errors
from redisspec.cli.settings import settings
from redisspec.cli.specs import spec_files

_PAGE = """\
Usage: redisspec keys [SPEC ...] [--output-format table|json]

List every key pattern that a spec declares: its structure, how long keys live, how much they
hold, and which parameters decide the cluster slot.

Examples:
  redisspec keys
  redisspec keys --output-format json

Options:
  --output-format table|json   how to print (default: table)
  -h, --help                   this page

Exit status: 0, or 2 for wrong usage or a spec that cannot be read.
"""


def parser() -> Parser:
    """The arguments."""
    parser = Parser("keys", _PAGE)
    parser.add_argument("specs", nargs="*", metavar="SPEC")
    parser.add_argument("--output-format", type=choice("table", "json"), default="table")
    return parser


def run(arguments: Namespace) -> int:
    """Print the patterns of all specs, in their order."""
    programs = []
    status = 0
    for spec in spec_files(arguments.specs, settings()):
        compiled = read(spec)
        show_errors(compiled.diagnostics, compiled.sources)
        if compiled.program is None:
            status = 2
        else:
            programs.append(compiled.program)
    if programs or arguments.output_format == "json":
        found = [row for program in programs for row in rows(program)]
        if arguments.output_format == "json":
            import json  # noqa: PLC0415 - not for the table

            content = [row.as_json() for row in found]
            sys.stdout.write(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
        else:
            sys.stdout.write(table(found))
    return status
