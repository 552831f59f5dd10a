"""What Redis holds is unpickled.

## What it does
Finds, in Python, `pickle.loads` (and `dill`, `cloudpickle`, `joblib`, `jsonpickle`) of a reply, and serializers that
unpickle what a file that uses Redis hands them.

## Why is this bad
`pickle.loads` runs whatever the bytes say. Everybody who can write to the server (another service, a leaked password, an
open port) runs code in every process that reads. It also breaks when a class moves to another module.

## Example
```python
import pickle

import redis

client = redis.Redis(socket_timeout=2)


def profile(user):
    return pickle.loads(client.get(f"profile:{user}"))
```

## Use instead
```python
import json

import redis

client = redis.Redis(socket_timeout=2)


def profile(user):
    return json.loads(client.get(f"profile:{user}"))
```
`msgpack`, or typed fields in a spec, which check what they read.

## Fix safety
There is no fix: what is stored must change with it.

## References
- [Python: pickle](https://docs.python.org/3/library/pickle.html)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.flows import Value
    from redisspec.lint.pyfacts import PyContext


_LOADS = frozenset(
    f"{module}.{name}"
    for module in ("pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "jsonpickle")
    for name in ("loads", "load", "decode", "Unpickler")
)


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a call that unpickles a reply."""
    for procedure in context.procedures:
        for other in procedure.others:
            if other.name not in _LOADS or not other.arguments or other.sites:
                continue
            if any(part.provenance == "reply" for part in _parts(other.arguments[0])):
                yield RULE.found(other.span, _SAID, _WAY)


def _parts(value: Value) -> Iterator[Value]:
    yield value
    for part in value.parts:
        yield from _parts(part)


_SAID = "what Redis holds is unpickled: whoever can write to the server runs code in this process"
_WAY = "keep JSON or msgpack, or declare the value's fields in a spec"


RULE = Rule(
    "RS709",
    "unpickle",
    "error",
    "keys",
    "python",
    __doc__ or "",
    python=check_python,
)
