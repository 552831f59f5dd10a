"""The command line; `--version` answers from here, before anything else is imported."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that `arguments` (default: the process's own) name; the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given in (["--version"], ["-V"]):
        from redisspec import __version__  # noqa: PLC0415 - start-up is part of the product

        sys.stdout.write(f"redisspec {__version__}\n")
        return 0
    from redisspec.cli.app import run  # noqa: PLC0415 - as above

    return run(given)
