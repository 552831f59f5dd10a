"""The diagnostic for a file that cannot be read as YAML (RS001)."""

from redisspec.diagnostics.diagnostic import Diagnostic, Related
from redisspec.source.span import Span

QUOTED = 60
"""How many characters of the file a message repeats."""


def short(written: str) -> str:
    """A piece of the file as a message repeats it, cut when it is long."""
    return written if len(written) <= QUOTED else written[: QUOTED - 1] + "…"


def invalid_yaml(
    span: Span, message: str, help_text: str | None = None, related: tuple[Related, ...] = ()
) -> Diagnostic:
    """An RS001 error at `span`."""
    return Diagnostic("RS001", "invalid-yaml", message, "error", span, help_text, related=related)
