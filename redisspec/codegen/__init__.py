"""Program in, `{path: text}` out; the writer alone touches the disk."""

from __future__ import annotations

# typing's own flag would cost the import of typing
TYPE_CHECKING = False
if TYPE_CHECKING:
    from redisspec.ir.program import Program


def generate(program: Program) -> dict[str, str]:
    """Every file of the program's package by its path (relative, posix) in the output folder.

    Pure: the same program gives the same bytes on every machine.
    """
    from redisspec.codegen.python.package import package_files  # noqa: PLC0415 - lint and --version go without

    return package_files(program)
