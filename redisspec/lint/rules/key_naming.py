"""A key is written in a way that makes it hard to read, to search or to match.

## What it does
Finds keys with upper-case letters, with separators other than `:` (`.`, `/`, `|`, `__`), with characters
that patterns give a meaning (`*`, `?`, `[`, `]`), with an empty part (a `:` at the start, at the end, or
two in a row), and keys that are always longer than 100 characters. In Python the same of each key that a file writes.

## Why is this bad
Keys are found by pattern: in `SCAN`, in access rules, in dashboards, at night by hand. `User/42` and
`user:42` are two keys, and whoever looks for one does not find the other. Tools group keys by `:`, and
every character of a key is stored once for each key. A `*` in a key must be escaped in each pattern:
who forgets it deletes more than that key.

## Example
```yaml
keyspaces:
  profile:
    key: User/Profile/<user_id:int>
    structure: hash
    fields: {name: str}
    ttl: 30d
```
```python
import redis

client = redis.Redis(socket_timeout=2)


def remember(user_id, name):
    client.set(f"User/{user_id}/Name", name, ex=3_600)
```

## Use instead
```yaml
keyspaces:
  profile:
    key: user:profile:<user_id:int>
    structure: hash
    fields: {name: str}
    ttl: 30d
```
```python
import redis

client = redis.Redis(socket_timeout=2)


def remember(user_id, name):
    client.set(f"user:{user_id}:name", name, ex=3_600)
```

## Fix safety
There is no fix: other programs may use the keys that exist. Where they do, suppress the finding.

## References
- [Redis: keys](https://redis.io/docs/latest/develop/use/keyspace/)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.ir.keypattern import KeyPattern, Literal
from redisspec.ir.model import Policy
from redisspec.lint.declarations import declarations, place
from redisspec.lint.declared import judged
from redisspec.lint.pyfacts import called, touches
from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.model import Keyspace
    from redisspec.ir.program import Program
    from redisspec.lint.pyfacts import PyContext

LONG = 100
_SEPARATOR = re.compile(r"__|[./|]")
_GLOB = re.compile(r"[*?\[\]]")
_UPPER = re.compile(r"[A-Z]")


def check(program: Program) -> Iterator[Diagnostic]:
    """One finding a declaration, that names all that is odd about its key."""
    for declaration in declarations(program):
        pattern = _written(declaration)
        if pattern is None:
            continue
        troubles = list(_troubles(pattern, f"{declaration.namespace}:"))
        if troubles:
            yield RULE.found(
                place(declaration, "key"),
                f"the key of `{declaration.name}` {' and '.join(troubles)}: it is easily missed "
                "by a scan, an access rule or a reader",
                "write lower-case words with one `:` between them, such as "
                "`user:profile:<user_id:int>`",
            )


def _written(declaration: Keyspace | Policy) -> KeyPattern | None:
    """The part of the key that the spec chooses: of a session's the word before the user's tag."""
    pattern = declaration.pattern
    if pattern is None or not isinstance(declaration, Policy) or declaration.kind != "session":
        return pattern
    first = pattern.parts[0]
    assert isinstance(first, Literal)
    return KeyPattern((Literal(first.text.removesuffix(":{")),))


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a kind of key, where the file first writes it."""
    told = set()
    for procedure in context.procedures:
        for call, key, effect in touches(procedure):
            if call.sites or effect.actions.isdisjoint(("creates", "grows")):
                continue
            if key.pattern.text in told or judged(context.spec, key.pattern).declared is not None:
                continue
            told.add(key.pattern.text)
            troubles = list(_troubles(key.pattern, ""))
            if troubles:
                yield RULE.found(
                    call.span,
                    f"the key {called(key)} {' and '.join(troubles)}: it is easily missed by a scan, an access rule or "
                    "a reader",
                    "write lower-case words with one `:` between them",
                )


def _troubles(pattern: KeyPattern, prefix: str) -> Iterator[str]:
    literals = [part.text for part in pattern.parts if isinstance(part, Literal)]
    if literals:
        literals[0] = literals[0].removeprefix(prefix)
    text = "\0".join(literals)
    if _UPPER.search(text):
        yield "has upper-case letters"
    found = _SEPARATOR.search(text)
    if found:
        yield f"separates its parts by `{found.group()}`"
    special = _GLOB.search(text)
    if special:
        yield f"has the pattern character `{special.group()}`"
    # The namespace and its `:` come first, so that an empty first part is a part like others.
    if not all(pattern.segments()):
        yield "has an empty part"
    if pattern.min_length > LONG:
        yield f"is at least {pattern.min_length} characters long"


RULE = Rule(
    "RS701", "key-naming", "info", "keys", "model", __doc__ or "", check, python=check_python
)
