"""Diagnostics for people: the place, the line with a caret under it, and the way out."""

from collections.abc import Iterable, Mapping

from redisspec.diagnostics.diagnostic import Diagnostic, Severity
from redisspec.diagnostics.order import in_order
from redisspec.diagnostics.visible import visible, width
from redisspec.source.span import Span
from redisspec.source.text import SourceText

WINDOW = 100
"""How many columns of a long source line are shown."""

_ELLIPSIS = "…"
_BOLD = "1"
_DIM = "2"
_CYAN = "36"
_SEVERITY_COLOURS: dict[Severity, str] = {"error": "1;31", "warning": "1;33", "info": "1;34"}


def render(
    diagnostics: Iterable[Diagnostic], sources: Mapping[str, SourceText], *, color: bool = False
) -> str:
    """All diagnostics in order, an empty line between two; "" for none, else it ends in a newline.

    A file that is not in `sources` is named without its line being shown.
    """
    return "\n".join(
        render_one(diagnostic, sources, color=color) for diagnostic in in_order(diagnostics)
    )


def render_one(
    diagnostic: Diagnostic, sources: Mapping[str, SourceText], *, color: bool = False
) -> str:
    """One diagnostic, over several lines."""
    paint = _Paint(color)
    lines = [_headline(diagnostic, paint)]
    gutter = _gutter_width(diagnostic, sources)
    lines += _snippet(
        diagnostic.span, sources, gutter, paint, _SEVERITY_COLOURS[diagnostic.severity]
    )
    for related in diagnostic.related:
        place = f"{visible(str(related.span))}: " if related.span.file else ""
        lines.append(f"  {paint(place, _BOLD)}{visible(related.message)}")
        lines += _snippet(related.span, sources, gutter, paint, _CYAN)
    if diagnostic.help:
        label = "help: "
        first, *more = diagnostic.help.splitlines() or [""]
        lines.append(f"  {paint(label, _CYAN)}{visible(first)}")
        lines += [f"  {' ' * len(label)}{visible(line)}".rstrip() for line in more]
    return "\n".join(lines) + "\n"


def render_concise(
    diagnostics: Iterable[Diagnostic],
    _sources: Mapping[str, SourceText] | None = None,
    *,
    color: bool = False,
) -> str:
    """One line a diagnostic, in order."""
    paint = _Paint(color)
    return "".join(_headline(diagnostic, paint) + "\n" for diagnostic in in_order(diagnostics))


class _Paint:
    """Puts text in colour, or leaves it as it is."""

    def __init__(self, color: bool) -> None:
        self._color = color

    def __call__(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._color and text else text


def _headline(diagnostic: Diagnostic, paint: _Paint) -> str:
    place = f"{visible(str(diagnostic.span))}: " if diagnostic.span.file else ""
    severity = paint(
        f"{diagnostic.code} [{diagnostic.severity}]", _SEVERITY_COLOURS[diagnostic.severity]
    )
    name = paint(f"({diagnostic.name})", _DIM)
    return f"{paint(place, _BOLD)}{severity} {visible(diagnostic.message)} {name}"


def _gutter_width(diagnostic: Diagnostic, sources: Mapping[str, SourceText]) -> int:
    spans = [diagnostic.span, *(related.span for related in diagnostic.related)]
    return max((len(str(span.line)) for span in spans if span.file in sources), default=1)


def _snippet(
    span: Span, sources: Mapping[str, SourceText], gutter: int, paint: _Paint, colour: str
) -> list[str]:
    source = sources.get(span.file)
    if source is None or not 1 <= span.line <= source.line_count:
        return []
    line = source.line(span.line)
    start = min(span.column - 1, len(line))
    end = min(span.end_column - 1, len(line)) if span.end_line == span.line else len(line)
    end = max(start, end)
    if span.end_line != span.line:
        end = max(start, len(line.rstrip()))
    before, marked, after = (visible(part) for part in (line[:start], line[start:end], line[end:]))
    before, marked, after = _windowed(before, marked, after)
    number = paint(f"{span.line:>{gutter}} |", _DIM)
    empty = paint(f"{'':>{gutter}} |", _DIM)
    carets = paint("^" * max(1, width(marked)), colour)
    text = f"{before}{marked}{after}".rstrip()
    return [
        empty,
        f"{number} {text}".rstrip() if text else number,
        f"{empty} {' ' * width(before)}{carets}",
    ]


def _windowed(before: str, marked: str, after: str) -> tuple[str, str, str]:
    """The three parts of a line cut down to WINDOW columns around the marked one."""
    if width(before) + width(marked) + width(after.rstrip()) <= WINDOW:
        return before, marked, after
    marked = _head(marked, WINDOW * 3 // 5)
    room = WINDOW - width(marked)
    before = _tail(before, max(room // 2, room - width(after.rstrip())))
    after = _head(after.rstrip(), WINDOW - width(before) - width(marked))
    return before, marked, after


def _head(text: str, columns: int) -> str:
    if width(text) <= columns:
        return text
    kept = text[: max(0, columns - 1)]
    while kept and width(kept) > columns - 1:
        kept = kept[:-1]
    return kept + _ELLIPSIS


def _tail(text: str, columns: int) -> str:
    if width(text) <= columns:
        return text
    kept = text[-max(1, columns - 1) :]
    while kept and width(kept) > columns - 1:
        kept = kept[1:]
    return _ELLIPSIS + kept
