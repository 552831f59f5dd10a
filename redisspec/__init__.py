"""redisspec: declare Redis keyspaces once; get a typed Python package and a linter.

The public API: `load` reads a spec into a program, `check` says what `generate` would refuse, and `generate` renders
the package as `{path: text}`. Each is imported at its first use, so that importing redisspec costs next to nothing.
"""

from __future__ import annotations

__version__ = "0.1.0"

__all__ = ["__version__", "check", "generate", "load"]

# typing's own flag would cost the import of typing; type checkers know this spelling as well
TYPE_CHECKING = False
if TYPE_CHECKING:
    from redisspec.codegen import generate
    from redisspec.lint.unsound import check
    from redisspec.spec.load import load_spec as load

_WHERE = {
    "load": ("redisspec.spec.load", "load_spec"),
    "check": ("redisspec.lint.unsound", "check"),
    "generate": ("redisspec.codegen", "generate"),
}


def __getattr__(name: str) -> object:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - only when something is asked for

    module, attribute = _WHERE[name]
    found: object = getattr(import_module(module), attribute)
    globals()[name] = found
    return found
