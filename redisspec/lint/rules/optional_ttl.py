"""A function takes a TTL, and none is its default.

## What it does
Finds, in Python, functions whose parameter becomes the TTL of a key and is None where nobody gives it; the same for
parameters of a class.

## Why is this bad
Who calls it without a thought makes a key that stays for ever. There is one such caller in most projects, and no test
sees it.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def remember(name, value, ttl=None):
    client.set(f"memo:{name}", value, ex=ttl)
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def remember(name, value, ttl=3_600):
    client.set(f"memo:{name}", value, ex=ttl)
```
Or no default at all: then each caller says it.

## Fix safety
There is no fix: how long the data is wanted is yours to say.

## References
- [Redis: EXPIRE](https://redis.io/docs/latest/commands/expire/)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.lint.pyfacts import does, exclusive, one_trip, own_calls, share_key
from redisspec.lint.rule import Rule
from redisspec.readers.python.module import Guard
from redisspec.readers.python.values import NONE

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.flows import Value
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.python.module import PyCall, PyProcedure


_TTLS = ("ex", "px", "exat", "pxat", "time")


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a command whose TTL is the caller's to forget."""
    made = {
        node.name: _left_out(node)
        for node in context.module.tree.body
        if isinstance(node, ast.ClassDef)
    }
    for procedure in context.procedures:
        own = {name for name, default in procedure.defaults.items() if default == NONE}
        owner = procedure.name.partition(".")[0]
        empty = dict.fromkeys(own, procedure.name)
        for name in made.get(owner, frozenset()) - set(procedure.parameters):
            empty.setdefault(name, owner)
        for call in own_calls(procedure) if empty else ():
            forgotten = _forgotten(procedure, call, empty)
            if forgotten is not None:
                yield RULE.found(
                    call.span,
                    f"`{forgotten}` of `{empty[forgotten]}` is None by default: who leaves it out makes a key that "
                    "never expires",
                    f"give `{forgotten}` a default, or none at all",
                )


def _left_out(owner: ast.ClassDef) -> frozenset[str]:
    """The parameters of a class that are None where nobody gives them."""
    for node in owner.body:
        if isinstance(node, ast.FunctionDef) and node.name == "__init__":
            given = node.args
            names = [*given.posonlyargs, *given.args]
            pairs = (
                *zip(reversed(names), reversed(given.defaults), strict=False),
                *zip(given.kwonlyargs, given.kw_defaults, strict=True),
            )
            return frozenset(
                name.arg
                for name, default in pairs
                if isinstance(default, ast.Constant) and default.value is None
            )
    return frozenset()


def _forgotten(procedure: PyProcedure, call: PyCall, empty: dict[str, str]) -> str | None:
    """The parameter without which the key that a call makes has no TTL."""
    if not does(call, "creates"):
        return None
    given = [call.arguments[word] for word in _TTLS if word in call.arguments]
    for value in given:
        name = _none(value, empty)
        if name is not None and not _is_there(call, name):
            return name
    # `if ttl: client.setex(…)`, `else: client.set(…)`
    return None if given else _elsewhere(procedure, call, empty)


def _none(value: Value, empty: dict[str, str]) -> str | None:
    """The parameter that leaves a value None where nobody gives it."""
    if value.provenance == "parameter":
        return value.text if value.text in empty else None
    if value.text == "or" and len(value.parts) == 2:
        if value.parts[0] == value.parts[1]:
            # `ttl or self.ttl`, which the class was given under the same name.
            return None
        left, right = (_none(part, empty) for part in value.parts)
        return left if left is not None and (right is not None or value.parts[1] == NONE) else None
    if value.text == "if" and len(value.parts) == 3 and NONE in value.parts[1:]:
        condition = value.parts[0]
        tested = condition.parts[0] if condition.text in ("is None", "not") else condition
        return _none(tested, empty)
    return None


def _is_there(call: PyCall, name: str) -> bool:
    """Whether a condition says that the parameter was given."""
    return any(_says(guard, name) is True for guard in call.guards)


def _says(guard: Guard, name: str) -> bool | None:
    """Whether a condition says that a parameter was given, or that it was not."""
    condition, holds = guard.condition, guard.holds
    if condition.text == "is None" and condition.parts:
        condition, holds = condition.parts[0], not holds
    if condition.provenance == "parameter" and condition.text == name:
        return holds
    return None


def _elsewhere(procedure: PyProcedure, call: PyCall, empty: dict[str, str]) -> str | None:
    for other in own_calls(procedure):
        apart = exclusive(call.guards, other.guards)
        # RS103 tells of an EXPIRE that goes by itself.
        if not (apart or one_trip(call, other)) or share_key(call, other) is None:
            continue
        for word in _TTLS:
            value = other.arguments.get(word)
            name = None if value is None else _none(value, empty)
            if name is not None and _is_there(other, name) and not _is_there(call, name):
                return name
    return None


RULE = Rule(
    "RS108",
    "optional-ttl",
    "info",
    "ttl",
    "python",
    __doc__ or "",
    python=check_python,
)
