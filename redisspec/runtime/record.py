"""The base of generated records: plain slotted objects compared and shown by their fields."""

from typing import Any, ClassVar


class Record:
    """A record of named fields: compared by them, shown by them, not hashable.

    Subclasses list their fields in `__match_args__`, in the spec's order, and take them
    by name in `__init__`.
    """

    __match_args__: ClassVar[tuple[str, ...]] = ()
    __slots__: ClassVar[tuple[str, ...]] = ()
    # Fields may change, as a list's items do.
    __hash__: ClassVar[None]  # type: ignore[assignment]  # None says "not hashable"

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(
            getattr(self, name) == getattr(other, name) for name in self._fields()
        )

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self._fields())
        return f"{type(self).__name__}({fields})"

    def __getstate__(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self._fields()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)

    @classmethod
    def _fields(cls) -> tuple[str, ...]:
        return cls.__match_args__
