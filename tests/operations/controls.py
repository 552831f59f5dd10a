"""Deliberate mistakes in the Lua of operations: each must be found by the comparison with the model."""

from __future__ import annotations

import re

from tests.operations.pipeline import Mutation


def replaced(pattern: str, by: str) -> Mutation:
    """Every place that the pattern matches, changed."""
    found = re.compile(pattern)
    return lambda text: found.sub(by, text)


CONTROLS: dict[str, Mutation] = {}
"""What is wrong, and the change that makes it so."""
