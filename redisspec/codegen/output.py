"""Where a package may be written: the output folder, checked before anything is."""

from __future__ import annotations

from pathlib import Path


class OutputError(Exception):
    """The output folder cannot be used; nothing was written. `help` says what to do."""

    def __init__(self, message: str, help_: str) -> None:
        super().__init__(message)
        self.help = help_


def output_folder(root: Path, output: str) -> Path:
    """The folder `output` (as a spec declares it) below `root`, the spec's own folder.

    Raises OutputError where it would leave the project or goes through a symbolic link.
    """
    parts = output.rstrip("/").removeprefix("./")
    if not is_inside(parts):
        raise OutputError(
            f"the output folder `{output}` is not inside the project",
            "write a path below the spec's folder, such as `src/shop_redis`",
        )
    folder = root
    for part in parts.split("/"):
        folder = folder / part
        if folder.is_symlink():
            raise OutputError(
                f"the output path goes through a symbolic link: {folder}",
                "name the real folder; redisspec writes through no links",
            )
    _require_folder(folder)
    return folder


def _require_folder(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise OutputError(
            f"the output is to be a folder, and {folder} is a file",
            "name another folder, or move that file away",
        )


def chosen_folder(output: str, root: Path = Path()) -> Path:
    """The folder that a person named: anywhere, but no symbolic link, and not the spec's own (`root`)."""
    folder = Path(output)
    if folder.is_symlink():
        raise OutputError(
            f"the output folder is a symbolic link: {folder}",
            "name the real folder; redisspec writes through no links",
        )
    if folder.resolve() in {Path.cwd(), root.resolve()}:
        raise OutputError(
            f"`{output}` names no folder of its own",
            "name one for the package, such as `--output shop_redis`",
        )
    _require_folder(folder)
    return folder


def is_inside(path: str) -> bool:
    """Whether a posix path stays below the folder that it is relative to."""
    if not path or path.startswith("/") or "\\" in path or "\0" in path or path[1:2] == ":":
        return False
    return all(part not in ("", ".", "..") for part in path.split("/"))
