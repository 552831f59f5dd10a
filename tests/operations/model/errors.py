"""What a program of the model ends with beside the runtime's own errors."""

from __future__ import annotations

from typing import Any


class ArithmeticFault(Exception):
    """A number that is no exact one, or a division by zero."""


class Raised(Exception):
    """An error of the operation's own, with its attributes in order."""

    def __init__(self, name: str, attributes: dict[str, Any]) -> None:
        super().__init__(name, attributes)
        self.name = name
        self.attributes = attributes
