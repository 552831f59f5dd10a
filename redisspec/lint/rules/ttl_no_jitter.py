"""Many keys that are likely filled together expire together.

## What it does
Finds caches, strings and hashes of fields that expect 10,000 keys or more (`expect`) and give each
of them the same TTL, without `jitter`. Without `expect` it stays silent: how many keys there will be is
then not known. Keys that bear a date, and those that every access prolongs, spread by themselves; a
`jitter: 0%` that is written out is taken as meant. In Python, finds loops that give each of many keys the same TTL.

## Why is this bad
A nightly job, a deploy or a cold start writes the keys within seconds, and one TTL later they are
all gone within seconds. Every request is then a miss at once, and the database meets in one moment
the load that the cache was there to keep from it.

## Example
```yaml
keyspaces:
  product_page:
    key: product:<product_id:int>
    structure: string
    value: str
    max_bytes: 64KiB
    ttl: 1h
    expect: 200_000 keys
```
```python
import redis

client = redis.Redis(socket_timeout=2)


def warm(pages):
    pipe = client.pipeline(transaction=False)
    for page, text in pages:
        pipe.set(f"page:{page}", text, ex=3_600)
    pipe.execute()
```

## Use instead
```yaml
keyspaces:
  product_page:
    key: product:<product_id:int>
    structure: string
    value: str
    max_bytes: 64KiB
    ttl: {for: 1h, jitter: 10%}
    expect: 200_000 keys
```
```python
import random

import redis

client = redis.Redis(socket_timeout=2)


def warm(pages):
    pipe = client.pipeline(transaction=False)
    for page, text in pages:
        pipe.set(f"page:{page}", text, ex=random.randint(3_240, 3_600))
    pipe.execute()
```
For every keyspace of a spec: `defaults: {ttl: {jitter: 5%}}`.

## Fix safety
The fix adds `jitter: 10%`. It is safe: a key never lives longer than declared, only up to a tenth
shorter.

## References
- [Redis: EXPIRE](https://redis.io/docs/latest/commands/expire/)
- [Cache stampede](https://en.wikipedia.org/wiki/Cache_stampede)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Edit, Fix
from redisspec.ir.model import Keyspace
from redisspec.lint.declarations import Declaration, lasting, place
from redisspec.lint.keyfacts import window_of
from redisspec.lint.pyfacts import is_private, is_set, loops_over_items, own_calls, window_in
from redisspec.lint.rule import Rule, inserted
from redisspec.lint.wording import duration, number
from redisspec.readers.values import mentions

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.program import Program
    from redisspec.lint.pyfacts import PyContext
    from redisspec.source.text import SourceText

MANY = 10_000
_TITLE = "Add a jitter of 10%"
# After the word `ttl`: a brace, or the line break and indentation before the first setting.
_OPENING = re.compile(r":[ \t]*(?:(?P<brace>\{)|(?:#[^\r\n]*)?(?P<break>\r?\n[ \t]+)(?=\w))")


def check(program: Program) -> Iterator[Diagnostic]:
    """One finding a declaration with many keys and one constant TTL."""
    for declaration, lifetime in lasting(program):
        many = _filled_in_bulk(declaration)
        if (
            many is None
            or lifetime.ttl_ms is None
            or lifetime.ttl_ms <= 0
            or lifetime.jitter > 0
            or "ttl.jitter" in declaration.spans
            or lifetime.refresh == "on_access"
            or declaration.pattern is None
            or window_of(declaration.pattern) is not None
        ):
            continue
        yield RULE.found(
            place(declaration, "ttl"),
            f"the {number(many)} keys of `{declaration.name}` all live exactly "
            f"{duration(lifetime.ttl_ms)}: those written together expire together, and every "
            "reader misses at once",
            f"write `ttl: {{for: {duration(lifetime.ttl_ms)}, jitter: 10%}}`",
        )


def _filled_in_bulk(declaration: Declaration) -> int | None:
    """How many keys are likely written by one job; None where that is not likely."""
    if isinstance(declaration, Keyspace):
        cached = declaration.structure == "string" or (
            declaration.structure == "hash" and declaration.map_key is None
        )
        expected = declaration.bound.expected_keys if cached else None
    else:
        stated = declaration.settings.get("expect") if declaration.kind == "cache" else None
        expected = stated if isinstance(stated, int) else None
    return expected if expected is not None and expected >= MANY else None


def mend(diagnostic: Diagnostic, source: SourceText) -> Fix | None:
    """Add `jitter: 10%` to the `ttl` as it is written: a duration, braces or a block."""
    span = diagnostic.span
    start = source.offset(span.line, span.column)
    end = source.offset(span.end_line, span.end_column)
    written = source.text[start:end]
    if written == "ttl":
        return _mend_lines(source, end)
    if not source.text[:start].rstrip().endswith("ttl:") or not written.strip():
        return None
    edits: tuple[Edit, ...]
    if written.startswith("{"):
        before_brace = start + len(written[:-1].rstrip())
        comma = "" if written[:-1].rstrip().endswith((",", "{")) else ","
        edits = (Edit(source.span(before_brace, before_brace), f"{comma} jitter: 10%"),)
    elif "\n" in source.text[:start][len(source.text[:start].rstrip()) :]:
        indent = " " * (span.column - 1)
        edits = (inserted(span, f"jitter: 10%\n{indent}"),)
    else:
        at_end = source.span(end, end)
        edits = (inserted(span, "{for: "), Edit(at_end, ", jitter: 10%}"))
    return Fix(_TITLE, edits, safe=True)


def _mend_lines(source: SourceText, after_key: int) -> Fix | None:
    """The same for a `ttl` of several lines, where the finding points at the word itself."""
    found = _OPENING.match(source.text, after_key)
    if found is None:
        return None
    at = source.span(found.end(), found.end())
    content = " jitter: 10%," if found["brace"] else f"jitter: 10%{found['break']}"
    return Fix(_TITLE, (Edit(at, content),), safe=True)


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a loop that fills many keys with one TTL."""
    for procedure in context.procedures:
        for call in own_calls(procedure):
            key = call.key
            if (
                call.command not in ("SET", "SETEX", "PSETEX")
                or key is None
                or not loops_over_items(call)
            ):
                continue
            ttl = call.argument("ex", "px", "time")
            varies = any(mentions(key.value, (loop.variable,)) for loop in call.loops)
            if ttl is None or not is_set(ttl) or not varies or is_private(key):
                continue
            if window_in(key) is None:
                yield RULE.found(
                    call.span,
                    "the keys of this loop all live equally long: those written together expire together, and "
                    "every reader misses at once",
                    "spread the TTL a little: `ex=random.randint(…, …)`",
                )


RULE = Rule(
    "RS109",
    "ttl-no-jitter",
    "info",
    "ttl",
    "model",
    __doc__ or "",
    check,
    mend,
    python=check_python,
)
