"""`redisspec init`: write a starter spec that lints clean and generates."""

from __future__ import annotations

import keyword
import re
import sys
from argparse import Namespace
from pathlib import Path

from redisspec.cli.arguments import Parser
from redisspec.cli.command_error import CommandError
from redisspec.cli.specs import SPEC
from redisspec.resources import MissingResourceError, template_text

_PAGE = """\
Usage: redisspec init [DIR] [--name NAME]

Write a starter redis.spec.yaml that lints clean and generates. Nothing is overwritten.

Examples:
  redisspec init                  in this folder, named after it
  redisspec init services/shop    in another, made where it is not there
  redisspec init --name shop      class Shop, package shop_redis

Options:
  --name NAME  the program's name: lower-case letters, digits and _
  -h, --help   this page
"""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_TEMPLATE = "init/redis.spec.yaml"
_TAKEN = re.compile(r"^  ([A-Za-z][A-Za-z0-9_]*):", re.MULTILINE)


def parser() -> Parser:
    """The arguments."""
    parser = Parser("init", _PAGE)
    parser.add_argument("folder", nargs="?", default=".", metavar="DIR")
    parser.add_argument("--name")
    return parser


def run(arguments: Namespace) -> int:
    """Write the spec and say what comes next."""
    folder = Path(arguments.folder)
    try:
        template = template_text(_TEMPLATE)
    except MissingResourceError as error:
        raise CommandError(str(error)) from None
    taken = {word.replace("_", "").lower() for word in _TAKEN.findall(template)}
    name = arguments.name
    if name is None:
        name = _derived(folder.resolve().name)
        if name.replace("_", "") in taken:
            name += "_app"
    else:
        _check(name, taken)
    path = folder / SPEC
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(template.replace("{{ name }}", name))
    except FileExistsError:
        if folder.is_dir():
            raise CommandError(f"{path} is there already", "nothing was written") from None
        raise CommandError(f"`{folder}` is a file, not a folder", "name a folder") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise CommandError(
            f"cannot write {path}: {reason}", "name a folder that can be written to"
        ) from None
    _say_next(folder, path, name)
    return 0


def _say_next(folder: Path, path: Path, name: str) -> None:
    argument = "" if folder == Path() else f" {folder.as_posix()}"
    commands = (f"redisspec lint{argument}", f"redisspec generate{argument}")
    width = max(map(len, commands))
    sys.stdout.write(
        f"wrote {path.as_posix()}\n\nnext:\n"
        f"  {commands[0]:<{width}}  hold it against the rules\n"
        f"  {commands[1]:<{width}}  write the package {name}_redis\n"
    )


def _derived(text: str) -> str:
    """A name from a folder's name."""
    name = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_").lstrip("0123456789_")[:48]
    return f"{name}_app" if keyword.iskeyword(name) else name or "app"


def _check(name: str, taken: set[str]) -> None:
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        guess = _derived(name)
        raise CommandError(
            f"`{name}` cannot name a program", f"write `--name {guess}`: letters, digits and _"
        )
    if name.replace("_", "") in taken:
        raise CommandError(
            f"the starter spec has a `{name}` of its own", f"write `--name {name}_app`, say"
        )
