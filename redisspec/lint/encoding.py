"""In which encoding a file's bytes are, so that a fix leaves it as it was."""

from __future__ import annotations

import tokenize

_MARK = b"\xef\xbb\xbf"


def encoding_of(path: str, data: bytes) -> tuple[bytes, str, str]:
    """The byte order mark, the encoding, and what to do with what is no text in it."""
    mark = _MARK if data.startswith(_MARK) else b""
    if path.endswith(".lua"):
        return mark, "utf-8", "surrogateescape"
    if path.endswith((".py", ".pyi", ".pyw")):
        lines = iter(data.removeprefix(_MARK).splitlines(keepends=True)[:2])
        encoding, _ = tokenize.detect_encoding(lambda: next(lines, b""))
        return mark, encoding, "strict"
    return mark, "utf-8", "strict"
