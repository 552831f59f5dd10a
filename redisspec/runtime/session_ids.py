"""The ids of sessions: made, read back from a cookie, and turned into keys; never shown whole."""

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from .codecs import decode_int
from .errors import DecodeError
from .replies import as_bytes, as_list, as_optional_bytes_list
from .retry import Encodable

_ID = re.compile(r"([0-9a-f]{32})\.([A-Za-z0-9_-]{43})")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class SessionId:
    """The id of a session, for the visitor's cookie: `reveal()` gives its text.

    Whoever has the text has the session, so nothing else shows it: not str, not repr, not
    a log. Redis itself holds a digest alone.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The whole text: `<user tag>.<secret>`, 76 characters fit for a cookie."""
        return self._text

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SessionId):
            return NotImplemented
        mine, theirs = self._text.encode(), other._text.encode()
        return hmac.compare_digest(mine, theirs)

    def __hash__(self) -> int:
        return hash((SessionId, self._text))

    def __repr__(self) -> str:
        return f"SessionId({str(self)!r})"

    def __str__(self) -> str:
        # The beginning of the user's tag, by which two lines of a log can be compared.
        return f"{self._text[:8]}…"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a session lies: the tag of its user, and the digest of its secret."""

    tag: str
    digest: str


@dataclass(frozen=True, slots=True)
class SessionState:
    """What is stored of a session that is alive."""

    handle: str
    created_at: datetime
    expires_at: datetime
    values: list[bytes | None]


def new_id(tag: str) -> SessionId:
    """A new id for a user: 256 random bits of the operating system's."""
    return SessionId(f"{tag}.{secrets.token_urlsafe(32)}")


def new_tag() -> str:
    """The tag of a visitor whom nobody knows: of this one session alone."""
    return secrets.token_hex(16)


def user_tag(*parameters: Encodable) -> str:
    """The tag of a user: the same for the same texts, which cannot be read from it.

    128 bits of a digest: nobody can make a user whose tag is another one's.
    """
    texts = [str(parameter) for parameter in parameters]
    told = "".join(f"{len(text)}:{text}" for text in texts)
    return sha256(f"user:{told}".encode()).hexdigest()[:32]


def place_of(given: object) -> Place | None:
    """Where the session of an id lies; None for a text that no id has.

    What a visitor sends is no reason for an error, whatever it is.
    """
    text = given.reveal() if isinstance(given, SessionId) else given
    found = _ID.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    return Place(found[1], sha256(found[2].encode()).hexdigest())


def handle_of(given: SessionId | str) -> str:
    """The handle by which a listing names the session of an id; "" where it is no id."""
    place = place_of(given)
    return "" if place is None else place.digest


def is_handle(text: object) -> bool:
    """Whether a text is a handle as listings give them."""
    return isinstance(text, str) and _DIGEST.fullmatch(text) is not None


def loaded(digest: str, reply: Any) -> SessionState | None:
    """What the script `session_load` answers."""
    if reply is None:
        return None
    until, fields = as_list(reply)
    return stored(digest, decode_int(as_bytes(until)), fields)


def stored(digest: str, until_us: int, fields: Any) -> SessionState | None:
    """The fields of a session as HMGET gives them, `:made` first; None without a record."""
    made, *values = as_optional_bytes_list(fields)
    if made is None:
        return None
    return SessionState(digest, moment(decode_int(made)), moment(until_us), values)


def moment(us: int) -> datetime:
    """A moment of the server's clock, in UTC."""
    try:
        return _EPOCH + timedelta(microseconds=us)
    except OverflowError:
        raise DecodeError("microseconds since 1970", str(us).encode()) from None
