"""What sessions promise, as plain Python: a model that is told what was asked, when, and what was answered.

Time is real, so an answer falls into an interval (begun, ended) of the server's clock. What lies within it
may be either way; the model then believes what it is told. When a session ends is read from the answer,
once it is within its bounds.
"""

from __future__ import annotations

from dataclasses import dataclass, field

SLACK_MS = 4
"""TIME and a key's own clock are read at different moments of one script."""


@dataclass
class Session:
    tag: str
    fields: dict[str, bytes]
    expires: tuple[float, float]
    ends: tuple[float, float]

    def alive(self, begun: float, ended: float) -> bool | None:
        """Whether it is alive; None where that depends on the moment."""
        low, high = (min(one) for one in zip(self.expires, self.ends, strict=True))
        if low > ended + SLACK_MS:
            return True
        return False if high < begun - SLACK_MS else None


@dataclass
class SessionModel:
    """The sessions by id."""

    idle: int
    absolute: int
    most: int
    sessions: dict[str, Session] = field(default_factory=dict)

    def created(
        self, key: str, tag: str, fields: dict[str, bytes], at: tuple[float, float]
    ) -> None:
        """A session was opened; `gave_way` then says which ones had to go."""
        begun, ended = at
        self.sessions[key] = Session(
            tag,
            dict(fields),
            (begun + self.idle, ended + self.idle),
            (begun + self.absolute, ended + self.absolute),
        )

    def gave_way(self, tag: str, left: set[str], made: str, at: tuple[float, float]) -> None:
        """`left` are those of the user that are still there after `made` was opened."""
        mine = {key: one for key, one in self.sessions.items() if one.tag == tag}
        assert made in left
        assert len(left) <= self.most
        gone = mine.keys() - left
        for key in gone:
            state = mine[key].alive(*at)
            if state is False:
                continue
            # Nobody goes while there is room, nor before one that would have ended sooner.
            others = [one for other, one in mine.items() if other in left and other != made]
            if state is True:
                certain = [one for one in mine.values() if one.alive(*at) is not False]
                assert len(certain) > self.most, "a session went and there was room"
            for other in others:
                assert mine[key].expires[0] <= other.expires[1] + SLACK_MS, "another was older"
        self.forget(*gone)

    def renewed(self, key: str, found: bool, at: tuple[float, float]) -> None:
        """A session was used, or was not there."""
        one = self.sessions.get(key)
        state = one.alive(*at) if one is not None else False
        assert state is None or found is state, (found, state, one, at)
        if not found or one is None:
            self.forget(key)
            return
        begun, ended = at
        low, high = one.ends
        one.expires = (min(begun + self.idle, low), min(ended + self.idle, high))

    def rotated(self, key: str, made: str | None, at: tuple[float, float]) -> None:
        self.renewed(key, made is not None, at)
        if made is not None:
            self.sessions[made] = self.sessions.pop(key)

    def counted(self, tag: str, count: int, at: tuple[float, float]) -> None:
        states = [one.alive(*at) for one in self.sessions.values() if one.tag == tag]
        certain = sum(state is True for state in states)
        assert certain <= count <= certain + states.count(None)

    def listed(self, tag: str, found: dict[str, dict[str, bytes]], at: tuple[float, float]) -> None:
        """`found` are the fields of those that were listed."""
        self.counted(tag, len(found), at)
        for key, fields in found.items():
            assert self.sessions[key].tag == tag
            assert self.sessions[key].fields == fields

    def ended_all(self, tag: str, keep: str | None, count: int, at: tuple[float, float]) -> None:
        mine = {key for key, one in self.sessions.items() if one.tag == tag} - {keep}
        states = [self.sessions[key].alive(*at) for key in mine]
        certain = sum(state is True for state in states)
        assert certain <= count <= certain + states.count(None)
        self.forget(*mine)

    def forget(self, *keys: str) -> None:
        for key in keys:
            self.sessions.pop(key, None)
