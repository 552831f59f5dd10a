"""Marks a field that an update leaves as it is (None means: remove it)."""

from typing import Final, final


@final
class Unchanged:
    """The type of UNCHANGED."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNCHANGED"


UNCHANGED: Final = Unchanged()
