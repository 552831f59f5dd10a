"""`redisspec lsp`: a language server on standard input and output."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from redisspec.cli.arguments import Parser
from redisspec.cli.command_error import CommandError
from redisspec.cli.config import load_config

if TYPE_CHECKING:
    from redisspec.lsp.findings import Surroundings

_PAGE = """\
Usage: redisspec lsp

Serve an editor: findings while one writes, fixes, and pages of rules where the pointer rests. An editor
starts this itself, and speaks the Language Server Protocol with it on standard input and output.

It needs one package more:
  pip install 'redisspec[lsp]'

docs/editors.md says how editors are told of it.

Options:
  --stdio      as it always is; some editors add it
  -h, --help   this page
"""


def parser() -> Parser:
    """The arguments."""
    parser = Parser("lsp", _PAGE)
    parser.add_argument("--stdio", action="store_true")
    return parser


def run(_arguments: Namespace) -> int:
    """Serve until the editor ends it."""
    try:
        from redisspec.lsp.server import serve  # noqa: PLC0415 - an extra, and nobody else's
    except ModuleNotFoundError as error:
        if error.name is None or not error.name.startswith(("pygls", "lsprotocol")):
            raise
        raise CommandError(
            "the language server needs `pygls`, which is not installed",
            "pip install 'redisspec[lsp]'",
        ) from None
    serve(surroundings)
    return 0


def surroundings(path: str) -> Surroundings:
    """What a file is judged by: the nearest pyproject.toml, and the project around that."""
    from redisspec.cli.lint import parser as lint_parser  # noqa: PLC0415 - for a server alone
    from redisspec.cli.lint_config import lint_config  # noqa: PLC0415 - see above
    from redisspec.cli.lint_files import PYTHON, lint_files  # noqa: PLC0415 - see above
    from redisspec.lint import LintConfig  # noqa: PLC0415 - see above
    from redisspec.lsp.findings import Surroundings  # noqa: PLC0415 - see above

    folder = Path(path).parent
    config = load_config(folder)
    if config.diagnostics:
        first = config.diagnostics[0]
        said = f"pyproject.toml: {first.message}" + (f" ({first.help})" if first.help else "")
        return Surroundings(LintConfig(), trouble=f"redisspec takes its defaults: {said}")
    try:
        chosen = lint_config(lint_parser().parse_args([]), config)
    except CommandError as error:
        return Surroundings(
            LintConfig(), trouble=f"redisspec takes its defaults: {error.message or 'no settings'}"
        )
    try:
        files = lint_files([_root(folder)], config)
    except CommandError:
        return Surroundings(chosen)
    listed = (*files.paths, *files.known)
    return Surroundings(
        chosen,
        tuple(dict.fromkeys(one for one in listed if not one.endswith((".lua", *PYTHON)))),
        tuple(one for one in listed if one.endswith(PYTHON)),
    )


def _root(folder: Path) -> str:
    """The project that a folder belongs to: where its pyproject.toml or its repository is."""
    for place in (folder, *folder.parents):
        if any((place / mark).exists() for mark in ("pyproject.toml", ".git")):
            # A home folder that is a repository would be read whole.
            return str(folder) if place == Path.home() else str(place)
    return os.fspath(folder)
