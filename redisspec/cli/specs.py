"""Which spec files a command is about: those named, else pyproject.toml's, else the usual one."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from redisspec.cli.command_error import CommandError
from redisspec.cli.config import Config, place

SPEC = "redis.spec.yaml"


def spec_files(given: Sequence[str], config: Config) -> tuple[str, ...]:
    """The files, as the user would type them, each once. Raises CommandError where one is not there.

    A folder stands for the redis.spec.yaml in it.
    """
    if given:
        found = [_named(path) for path in given]
    elif config.specs:
        found = [_configured(path, config) for path in config.specs]
    elif Path(SPEC).exists():
        found = [SPEC]
    else:
        raise CommandError(
            f"there is no {SPEC} in this folder",
            "`redisspec init` writes a starter spec; or name yours after the command",
        )
    return tuple(dict.fromkeys(found))


def _in_folder(path: str) -> str:
    return os.path.normpath(f"{path}/{SPEC}") if os.path.isdir(path) else path  # noqa: PTH112 - the text stays as typed


def _named(path: str) -> str:
    file = _in_folder(path)
    if os.path.lexists(file):
        return file
    if file != path:
        raise CommandError(
            f"there is no {SPEC} in the folder `{path}`",
            f"`redisspec init {path}` writes a starter spec there",
        )
    raise CommandError(f"there is no file `{path}`", "`redisspec init` writes a starter spec")


def _configured(path: str, config: Config) -> str:
    file = _in_folder(path)
    if os.path.lexists(file):
        return file
    where = f"{place(config.source, 'spec')}: " if config.source else ""
    raise CommandError(
        f"{where}`spec` names `{path}`, and there is no such file",
        "mend the path, which is relative to that pyproject.toml",
    )
