"""A Python file that speaks of Redis cannot be read.

## What it does
Reports Python files that cannot be parsed, at the first place where they are broken, if anything in their text
speaks of Redis. What else they hold has not been judged. What later Pythons added to the language up to 3.14 is
read by an older one too, but for a few f-strings in f-strings; such a file is judged, and gets no fixes.

## Why is this bad
A file that is passed over in silence looks like one without a fault. It may also be right: a Python that is older
than the file's syntax cannot read it.

## Example
```python
import redis

client = redis.Redis(
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)
```

## Fix safety
There is no fix. Run the linter with the Python that the file is written for; leave a file out that is meant to be
broken, with `exclude` or by naming others.

## References
- [Python: the ast module](https://docs.python.org/3/library/ast.html#ast.parse)
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.readers.python.texts import Unreadable

RULE = Rule("RS008", "invalid-python", "warning", "spec", "syntax", __doc__ or "")


def found(problem: Unreadable) -> Diagnostic:
    """The finding about a file that cannot be read."""
    if problem.help is not None:
        return RULE.found(
            problem.span, f"{problem.reason}, and no rule has judged it", problem.help
        )
    version = ".".join(map(str, sys.version_info[:2]))
    return RULE.found(
        problem.span,
        f"Python {version} cannot read this file, and no rule has judged it: {problem.reason}",
        "mend it, or run redisspec with the Python that it is written for",
    )
