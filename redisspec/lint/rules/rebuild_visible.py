"""A collection is deleted and filled again while others read it.

## What it does
Finds, in Python, `DEL` of a key, and behind it a loop that fills the same key item by item, or a step that fills all of
it, outside of a transaction; what a pipeline queued before and sends afterwards too.

## Why is this bad
Readers see an empty collection, then a part of it; and when the program dies half way, that part stays until the next
run. Two rebuilds at once mix their items.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def rebuild(scores):
    client.delete("board:top")
    for name, score in scores:
        client.zadd("board:top", {name: score})
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)


def rebuild(scores):
    with client.pipeline(transaction=True) as pipe:
        pipe.delete("board:top")
        pipe.zadd("board:top", dict(scores))
        pipe.execute()
```
Where it is big, fill a key of another name (in the same slot: `{board}:new`) and `RENAME` it over the old one.

## Fix safety
The fix sends both in one transaction, where the loop or the call follows directly and asks the server nothing; unsafe,
as what is queued is held in memory and blocks the server for as long as it takes: whether it is small enough depends on
the data.

## References
- [Redis: RENAME](https://redis.io/docs/latest/commands/rename/)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Edit, Fix, Related
from redisspec.lint.pairs import pairs
from redisspec.lint.pyedits import awaited, bare, block_of, span_of, written
from redisspec.lint.pyfacts import called
from redisspec.lint.rule import Rule
from redisspec.readers.python.tree import walk

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.lint.pairs import Pair
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.python.module import PyModule


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a collection that is rebuilt in sight of its readers."""
    for pair in pairs(context.module, "RS313"):
        if pair.second.command == "RENAME":
            yield RULE.found(
                pair.first_span,
                f"{called(pair.key)} is deleted here, and another key renamed over it in the next step: readers meanwhile "
                "see nothing of it, and a crash leaves it so",
                "leave the deletion out: RENAME replaces what is there, in one step",
                related=(Related(pair.second_span, "it is renamed here"),),
            )
            continue
        each = pair.second.loops and pair.second.batch is None
        how, seen = ("item by item", "a part") if each else ("in another step", "nothing")
        yield RULE.found(
            pair.first_span,
            f"{called(pair.key)} is deleted here and filled again {how}: readers meanwhile see {seen} of it, and a "
            "crash leaves it so",
            "send all of it in one transaction, or fill another key and RENAME it over this one",
            related=(Related(pair.second_span, "it is filled here"),),
            fix=_fix(context.module, pair),
        )


# Ways out of the loop that would leave what is queued unsent.
_LEAVES = (ast.Return, ast.Raise, ast.Yield, ast.YieldFrom)


def _fix(module: PyModule, pair: Pair) -> Fix | None:
    """The deletion and what fills the key behind it become one transaction."""
    function = next((one.node for one in module.procedures if pair.first in one.calls), None)
    found = block_of(module, pair.first.node)
    client = pair.first.node.func
    if (
        function is None
        or pair.first.sites
        or found is None
        or not isinstance(client, ast.Attribute)
    ):
        return None
    deletion, *behind = found[0][found[1] : found[1] + 2]
    loop = behind[0] if behind else None
    if (
        not isinstance(deletion, ast.Expr)
        or deletion.value is not awaited(function, pair.first.node)
        or not isinstance(loop, ast.For | ast.Expr)
        or (isinstance(loop, ast.For) and bool(loop.orelse))
        or pair.first.receiver.kind != "client"
        or any(isinstance(one, _LEAVES) for one in walk(loop))
        or any(isinstance(one, ast.Name) and one.id == "pipe" for one in walk(function))
    ):
        return None
    receiver = written(module, client.value)
    queued = _queued(module, loop, receiver)
    start, end = span_of(module, deletion), span_of(module, loop)
    indent = module.source.line(start.line)[: start.column - 1]
    # A text of several lines would be changed by its indentation.
    long = (one for one in walk(loop) if isinstance(one, ast.Constant | ast.JoinedStr))
    if (
        pair.second.node not in queued
        or indent.strip()
        or any(one.lineno != one.end_lineno for one in long)
        or module.source.line(end.end_line)[end.end_column - 1 :].strip()
    ):
        return None
    wait = ("async ", "await ") if isinstance(deletion.value, ast.Await) else ("", "")
    source = module.source
    between = slice(
        source.offset(start.end_line, start.end_column), source.offset(*span_of(module, loop)[1:3])
    )
    both = (
        _piped(module, deletion, [pair.first.node], receiver)
        + source.text[between]
        + _piped(module, loop, queued, receiver)
    )
    body = "".join(
        f"    {line}" if line.strip() else line for line in both.splitlines(keepends=True)
    )
    text = (
        f"{wait[0]}with {receiver}.pipeline(transaction=True) as pipe:\n"
        f"{indent}{body}\n{indent}    {wait[1]}pipe.execute()"
    )
    whole = start._replace(end_line=end.end_line, end_column=end.end_column)
    return Fix("Send both in one transaction", (Edit(whole, text),))


def _queued(module: PyModule, loop: ast.For | ast.Expr, receiver: str) -> list[ast.Call]:
    """What the loop or the call sends by the receiver; nothing where it needs a reply, or awaits anything else."""
    sent = [
        one
        for one in walk(loop)
        if isinstance(one, ast.Call)
        and isinstance(one.func, ast.Attribute)
        and written(module, one.func.value) == receiver
    ]
    alone = [bare(one.value) for one in walk(loop) if isinstance(one, ast.Expr)]
    awaits = [one.value for one in walk(loop) if isinstance(one, ast.Await)]
    used = sum(
        isinstance(one, ast.Name | ast.Attribute) and written(module, one) == receiver
        for one in walk(loop)
    )
    if used != len(sent) or not all(one in alone for one in sent):
        return []
    return sent if all(one in sent for one in awaits) else []


def _piped(module: PyModule, node: ast.stmt, calls: list[ast.Call], receiver: str) -> str:
    """A statement with its calls sent to the pipeline instead, which nobody awaits."""
    source, whole = module.source, span_of(module, node)
    begin, end = source.offset(*whole[1:3]), source.offset(whole.end_line, whole.end_column)
    starts = {one.value: one for one in walk(node) if isinstance(one, ast.Await)}
    text, at = "", begin
    for call in sorted(calls, key=lambda one: (one.lineno, one.col_offset)):
        outer, inner = span_of(module, starts.get(call, call)), span_of(module, call)
        text += source.text[at : source.offset(outer.line, outer.column)] + "pipe"
        at = source.offset(inner.line, inner.column) + len(receiver)
    return text + source.text[at:end]


RULE = Rule(
    "RS313",
    "rebuild-visible",
    "warning",
    "atomicity",
    "python",
    __doc__ or "",
    python=check_python,
    mends_python=True,
)
