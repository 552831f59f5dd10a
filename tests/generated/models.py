"""Classes that a spec imports, as its users would have them: pydantic's, a dataclass, a TypedDict."""

from dataclasses import dataclass, field
from datetime import datetime

from pydantic import BaseModel
from typing_extensions import TypedDict  # pydantic wants it before Python 3.12


class Place(BaseModel):
    """A pydantic model."""

    city: str
    codes: list[int] = []
    seen: datetime | None = None


@dataclass
class Spot:
    """A dataclass."""

    x: float
    y: float = 0.0
    tags: list[str] = field(default_factory=list)


class Outer:
    """What is imported may be nested."""

    class Route(TypedDict):
        """A TypedDict."""

        name: str
        stops: list[int]
