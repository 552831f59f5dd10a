"""The steps of an operation, read as Python."""

from __future__ import annotations

import ast
import warnings

from redisspec.ir.model import Operation
from redisspec.operations.problems import Problems


def parsed(problems: Problems, operation: Operation) -> list[ast.stmt] | None:
    """The statements of the steps; None (and a message) where they are no Python."""
    try:
        with warnings.catch_warnings():
            # what Python only warns of is no fault of the steps
            warnings.simplefilter("ignore")
            tree = ast.parse(operation.source)
    except SyntaxError as error:
        line, column = error.lineno or 1, max((error.offset or 1) - 1, 0)
        at = ast.Constant(0)
        at.lineno, at.col_offset = line, column
        at.end_lineno = error.end_lineno or line
        at.end_col_offset = max((error.end_offset or 0) - 1, column + 1)
        problems.tell(
            at, f"these steps are no Python: {(error.msg or 'they cannot be read').lower()}"
        )
        return None
    except (ValueError, RecursionError, MemoryError):
        problems.tell(None, "these steps cannot be read", "write simpler ones")
        return None
    if not tree.body:
        problems.tell(None, "the operation has no steps", "write them below `do: |`")
        return None
    return tree.body
