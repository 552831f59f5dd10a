"""What the methods of Bloom filters say of themselves, however they are stored."""

from __future__ import annotations

from typing import Final

ADD: Final = (
    "Add members and return how many were not there.\n\n"
    "Raises CollectionFull, and changes nothing, where it would hold more than {} members."
)
CONTAINS: Final = (
    "Tell whether the member may have been added.\n\n"
    "False is certain. True is wrong for at most {}% of the members that were not added."
)
CONTAINS_MANY: Final = "Tell of each member whether it may have been added."
COUNT: Final = "Return how many members were added, those left out that seemed to be there."


def rate_text(error_rate: float) -> str:
    """`0.1` for 0.001."""
    return f"{error_rate * 100:.6f}".rstrip("0").rstrip(".")
