"""The diagnostic for a file that cannot be read as YAML (RS001)."""

from redisspec.diagnostics.diagnostic import Diagnostic, Related
from redisspec.source.span import Span

QUOTED = 60
"""How many characters of the file a message repeats."""

RIGHTS = "give the user that runs redisspec the right to read it"


def why(error: OSError | ValueError) -> tuple[str, str | None]:
    """The reason why a file could not be read, and the way out where there is one."""
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return reason, RIGHTS if isinstance(error, PermissionError) else None


def short(written: str) -> str:
    """A piece of the file as a message repeats it, cut when it is long."""
    return written if len(written) <= QUOTED else written[: QUOTED - 1] + "…"


def invalid_yaml(
    span: Span, message: str, help_text: str | None = None, related: tuple[Related, ...] = ()
) -> Diagnostic:
    """An RS001 error at `span`."""
    return Diagnostic("RS001", "invalid-yaml", message, "error", span, help_text, related=related)
