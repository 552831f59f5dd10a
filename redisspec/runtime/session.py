"""Sessions over a synchronous client: the index of a user's sessions is the authority."""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from .codecs import decode_int
from .errors import KeyedError, RedisSpecError
from .lane import Lane
from .replies import as_bool, as_bytes, as_bytes_list, as_int, as_list, as_none
from .retry import FAILURES, NEVER, SAFE, TOKEN, Command, Encodable, Retry, key_of
from .session_ids import (
    Place,
    SessionId,
    SessionState,
    is_handle,
    loaded,
    new_id,
    place_of,
    stored,
)

S = TypeVar("S")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SessionScripts:
    """The SHA-1 of each script of sessions."""

    create: str
    load: str
    update: str
    rotate: str
    destroy: str
    destroy_all: str
    listing: str
    count: str


@dataclass(frozen=True, slots=True)
class SessionTerms:
    """What a spec says of its sessions; `most` is 0 for any number a user."""

    idle_ms: int
    absolute_ms: int
    most: int
    fields: tuple[str, ...]


class SessionStore(Generic[S]):
    """The sessions of one declaration, below `base`: `shop:login:`.

    A user is their tag here; `decode` makes a session of what is stored of it.
    """

    __slots__ = ("_base", "_decode", "_lane", "_scripts", "_terms")

    def __init__(
        self,
        lane: Lane,
        base: str,
        scripts: SessionScripts,
        terms: SessionTerms,
        decode: Callable[[SessionState], S],
    ) -> None:
        self._lane = lane
        self._base = base
        self._scripts = scripts
        self._terms = terms
        self._decode = decode

    def create(
        self,
        tag: str,
        fields: Sequence[Encodable],
        replaces: SessionId | str | None = None,
    ) -> SessionId:
        """Open a session; end the one that it replaces, and those that are too many.

        The new one is there before the old one ends: a crash in between logs nobody out.
        """
        made = new_id(tag)
        place = _placed(made)
        terms = self._terms
        victims = self._asked(
            (
                "EVALSHA",
                self._scripts.create,
                2,
                self._key(place),
                self.index(tag),
                terms.idle_ms,
                terms.absolute_ms,
                terms.most,
                place.digest,
                *fields,
            ),
            _digests,
            TOKEN,
        )
        self._unlink(tag, victims)
        if replaces is not None:
            self.destroy(replaces)
        return made

    def load(self, given: SessionId | str) -> S | None:
        """The session of an id, given its idle time again; None when it is over."""
        place = place_of(given)
        if place is None:
            return None
        command = self._command(
            self._scripts.load,
            place,
            self._terms.idle_ms,
            place.digest,
            *self._read(),
        )
        digest, decode = place.digest, self._decode

        def decoded(reply: Any) -> S | None:
            state = loaded(digest, reply)
            return None if state is None else decode(state)

        return self._asked(command, decoded, TOKEN)

    def update(
        self,
        given: SessionId | str,
        changed: Sequence[Encodable],
        removed: Sequence[Encodable] = (),
    ) -> bool:
        """Change fields of a session that is alive; False, and nothing written, when it is over."""
        place = place_of(given)
        if place is None:
            return False
        command = self._command(
            self._scripts.update,
            place,
            self._terms.idle_ms,
            place.digest,
            len(changed),
            *changed,
            *removed,
        )
        return self._asked(command, as_bool, NEVER)

    def rotate(self, given: SessionId | str) -> SessionId | None:
        """Another id for the same session, the old one ended; None when it is over."""
        place = place_of(given)
        if place is None:
            return None
        made = new_id(place.tag)
        after = _placed(made)
        command: Command = (
            "EVALSHA",
            self._scripts.rotate,
            3,
            self._key(place),
            self.index(place.tag),
            self._key(after),
            self._terms.idle_ms,
            place.digest,
            after.digest,
        )
        return made if self._asked(command, as_bool, TOKEN) else None

    def destroy(self, given: SessionId | str) -> None:
        """End a session; nothing happens where it is over, or is none."""
        place = place_of(given)
        if place is not None:
            self._destroy(place)

    def destroy_handle(self, tag: str, handle: str) -> None:
        """End the session of a user that a listing names so."""
        if is_handle(handle):
            self._destroy(Place(tag, handle))

    def destroy_all(self, tag: str, keep: SessionId | str | None = None) -> int:
        """End every session of a user, but `keep`; how many there were."""
        stays = None if keep is None else place_of(keep)
        digest = stays.digest if stays is not None and stays.tag == tag else ""
        ended = self._lane.call(
            ("EVALSHA", self._scripts.destroy_all, 1, self.index(tag), digest),
            _digests,
            TOKEN,
        )
        self._unlink(tag, ended)
        return len(ended)

    def sessions(self, tag: str) -> list[S]:
        """The sessions of a user that are alive, the one that ends first in front."""
        ends = self._lane.call(
            ("EVALSHA", self._scripts.listing, 1, self.index(tag)), _listed, SAFE
        )
        replies = self._lane.fan(
            [
                ("HMGET", self._key(Place(tag, digest)), *self._read())
                for digest, _ in ends
            ],
            as_list,
            SAFE,
        )
        found: list[S] = []
        for (digest, until), fields in zip(ends, replies, strict=True):
            try:
                state = stored(digest, until, fields)
                if state is not None:
                    found.append(self._decode(state))
            except KeyedError as error:
                error.key = self._key(Place(tag, digest))
                raise
        return found

    def count(self, tag: str) -> int:
        """How many sessions of a user are alive."""
        return self._lane.call(
            ("EVALSHA", self._scripts.count, 1, self.index(tag)), as_int, SAFE
        )

    def index(self, tag: str) -> str:
        """The key of a user's index."""
        return f"{self._base}{{{tag}}}"

    def _key(self, place: Place) -> str:
        return f"{self._base}{{{place.tag}}}:{place.digest}"

    def _read(self) -> tuple[str, ...]:
        return (":made", *self._terms.fields)

    def _command(self, script: str, place: Place, *arguments: Encodable) -> Command:
        index = self.index(place.tag)
        return ("EVALSHA", script, 2, self._key(place), index, *arguments)

    def _asked(self, command: Command, decode: Callable[[Any], T], retry: Retry) -> T:
        """The reply of a script over a session and its index."""
        try:
            return self._lane.call(command, decode, retry)
        except KeyedError as error:
            # A script's error does not say which of its keys is meant: the session's names it.
            error.key = error.key or key_of(command)
            raise

    def _destroy(self, place: Place) -> None:
        command = self._command(self._scripts.destroy, place, place.digest)
        self._asked(command, as_none, TOKEN)

    def _unlink(self, tag: str, digests: Sequence[str]) -> None:
        """Free what sessions held that are out of the index already.

        They are over whether this succeeds or not, and their keys expire by themselves.
        """
        if digests:
            keys = [self._key(Place(tag, digest)) for digest in digests]
            with contextlib.suppress(RedisSpecError, *FAILURES):
                self._lane.call(("UNLINK", *keys), as_none, SAFE)


def _placed(made: SessionId) -> Place:
    place = place_of(made)
    if place is None:
        raise ValueError("tag: expected 32 hexadecimal digits")
    return place


def _digests(reply: Any) -> list[str]:
    return [digest.decode("ascii", "replace") for digest in as_bytes_list(reply)]


def _listed(reply: Any) -> list[tuple[str, int]]:
    texts = as_list(reply)
    return [
        (as_bytes(digest).decode("ascii", "replace"), decode_int(as_bytes(until)))
        for digest, until in zip(texts[::2], texts[1::2], strict=True)
    ]
