"""The order in which diagnostics are shown, the same in every format."""

from collections.abc import Iterable

from redisspec.diagnostics.diagnostic import Diagnostic


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """By file, line, column and code; the same thing said twice is kept once."""
    unique = dict.fromkeys(diagnostics)
    return sorted(
        unique,
        key=lambda one: (one.span.file, one.span.line, one.span.column, one.code, one.message),
    )
