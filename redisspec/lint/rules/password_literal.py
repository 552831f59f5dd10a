"""A password stands in the source.

## What it does
Finds, in Python, clients and pools with a written `password`, in settings and in URLs.

## Why is this bad
Everybody who can read the repository can read the data, now and from every copy of it later. A password in the history
stays there when it is gone from the file.

## Example
```python
import redis

client = redis.Redis(host="cache.internal", password="hunter2-prod", socket_timeout=2)
```

## Use instead
```python
import os

import redis

client = redis.Redis(host="cache.internal", password=os.environ["REDIS_PASSWORD"], socket_timeout=2)
```

## Fix safety
There is no fix: the password has to be changed at the server, too.

## References
- [Redis: ACL](https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.lint.rule import Rule
from redisspec.readers.python.values import NONE

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pyfacts import PyContext
    from redisspec.source.span import Span


_URL = re.compile(r"^(?:redis|rediss|valkey|valkeys)(?:\+\w+)?://[^/@\s:]*:(?P<password>[^/@\s]+)@")


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a password that everybody can read."""
    for client in context.module.clients:
        given = client.settings.get("password")
        if (
            given is not None
            and given.provenance == "constant"
            and given != NONE
            and given.text.strip()
        ):
            yield _found(client.spans.get("password", client.span))
            continue
        for url in (*client.positional, *client.settings.values()):
            match = _URL.match(url.text) if url.provenance == "constant" else None
            if match is not None and not match["password"].startswith(("{", "$", "<", "%")):
                yield _found(client.span)
                break


def _found(span: Span) -> Diagnostic:
    return RULE.found(
        span,
        "a password stands in the source: everybody who has the repository has the data",
        "read it from the environment or a secret store, and change it at the server",
    )


RULE = Rule(
    "RS606",
    "password-literal",
    "error",
    "client",
    "python",
    __doc__ or "",
    python=check_python,
)
