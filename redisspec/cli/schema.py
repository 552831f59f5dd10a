"""`redisspec schema`: the JSON Schema of spec files, for editors."""

from __future__ import annotations

import sys
from argparse import Namespace

from redisspec.cli.arguments import Parser
from redisspec.cli.command_error import CommandError
from redisspec.resources import MissingResourceError, schema_text

_PAGE = """\
Usage: redisspec schema

Print the JSON Schema of spec files; an editor takes completion and hover texts from it.

Examples:
  redisspec schema > redis.spec.schema.json
  # then, as the first line of the spec:
  # yaml-language-server: $schema=./redis.spec.schema.json

Options:
  -h, --help  this page
"""


def parser() -> Parser:
    """The arguments: none."""
    return Parser("schema", _PAGE)


def run(_arguments: Namespace) -> int:
    """Print the schema."""
    try:
        sys.stdout.write(schema_text())
    except MissingResourceError as error:
        raise CommandError(str(error)) from None
    return 0
