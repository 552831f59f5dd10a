"""Server addresses as the spec writes them: `redis://…`, `${REDIS_URL:-redis://localhost}`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from redisspec.spec.grammar import GrammarError, either, quoted


class SecretError(GrammarError):
    """The text from `start` to `end` is a secret, which no message may show."""


SCHEMES: Final = (
    "redis", "rediss", "unix", "redis+sentinel", "redis+cluster",
    "valkey", "valkeys", "valkey+sentinel", "valkey+cluster",
)  # fmt: skip

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^{}$]*))?\}", re.ASCII)
_SECRET_WORDS = re.compile(r"[?&](password|ssl_password)=([^&$]+)", re.IGNORECASE)


def variables(text: str) -> Iterator[tuple[str, str | None]]:
    """The names of the environment variables that a text reads, with their fallbacks."""
    for found in _VARIABLE.finditer(text):
        yield found[1], found[2]


def check_template(text: str) -> None:
    """Refuse a `${` that is no variable. Raises GrammarError."""
    rest = _VARIABLE.sub(lambda found: " " * len(found[0]), text)
    at = rest.find("$")
    if at >= 0:
        raise GrammarError(
            "this `$` begins no environment variable",
            at,
            at + 1,
            "write `${REDIS_URL}`, or `${REDIS_URL:-redis://localhost}` with a fallback",
        )


def check_url(text: str) -> str:
    """A server's address as it was written. Raises GrammarError, never with the secret in it."""
    _refuse_password(text, 0)
    for found in _VARIABLE.finditer(text):
        if found[2]:
            _refuse_password(found[2], found.start(2))
    check_template(text)
    if not text.startswith("${"):
        _check_scheme(text, 0)
    else:
        first = _VARIABLE.match(text)
        if first is not None and first[2] and first.end() == len(text):
            _check_scheme(first[2], first.start(2))
    return text


def _check_scheme(text: str, offset: int) -> None:
    scheme, separator, rest = text.partition("://")
    if not separator:
        raise GrammarError(
            f"{quoted(text)} is no address of a server",
            offset,
            offset + len(text),
            "write one such as `redis://localhost:6379/0` or `${REDIS_URL}`",
        )
    if scheme not in SCHEMES:
        raise GrammarError(
            f"{quoted(scheme)} is no scheme of a server's address",
            offset,
            offset + len(scheme),
            f"write {either(SCHEMES[:5])}",
        )
    if not rest:
        raise GrammarError(
            "the address names no server",
            offset,
            offset + len(text),
            "write one such as `redis://localhost:6379/0`",
        )


def _refuse_password(text: str, offset: int) -> None:
    _, separator, rest = text.partition("://")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0] if separator else ""
    # A variable may hold a slash in its fallback, never in its name: the text before `@` counts.
    user, at, _ = (rest if "@" in rest else authority).rpartition("@")
    secret = user.partition(":")[2] if at else ""
    start = text.find(secret, text.find("://") + 3) if secret else -1
    if not secret or _VARIABLE.fullmatch(secret):
        found = _SECRET_WORDS.search(text)
        if found is None:
            return
        secret, start = found[2], found.start(2)
    raise SecretError(
        "a password stands in the spec, and so in the repository",
        offset + start,
        offset + start + len(secret),
        "read it from the environment: `redis://:${REDIS_PASSWORD}@host`, or `${REDIS_URL}`",
    )


def check_host(text: str) -> str:
    """A sentinel's `host:port`. Raises GrammarError."""
    check_template(text)
    if _VARIABLE.fullmatch(text):
        return text
    found = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[^\s:/@]+):([0-9]{1,5})", text)
    if found is None or not 1 <= int(found[2]) <= 65_535:
        raise GrammarError(
            f"{quoted(text)} is no `host:port`", help_="write one such as `sentinel-1:26379`"
        )
    return text
