"""What every check says: one located message, with a way out."""

from dataclasses import dataclass
from typing import Literal

from redisspec.source.span import Span

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("info", "warning", "error")


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text of `span` by `content`."""

    span: Span
    content: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A mend that a tool can apply; `safe` says that behaviour stays the same but for the fault."""

    message: str
    edits: tuple[Edit, ...]
    safe: bool = False


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that the message speaks of."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: `code` is "RS" and a number, `name` the same in words (missing-ttl).

    `message` is one sentence without a final full stop that says what is wrong and what it does;
    `help` says what to write instead.
    """

    code: str
    name: str
    message: str
    severity: Severity
    span: Span
    help: str | None = None
    fix: Fix | None = None
    related: tuple[Related, ...] = ()
