"""A script's text differs from call to call.

## What it does
Finds, in Python, `eval`, `script_load` and `register_script` of a text into which a parameter of the function, a reply,
the time or chance is written.

## Why is this bad
The server compiles each new text and keeps it until it restarts: its script cache grows with every value, and only
`SCRIPT FLUSH` empties it. A value with a quote in it is Lua of its own, and runs with all that scripts may do.

## Example
```python
import redis

client = redis.Redis(socket_timeout=2)


def add(name, amount):
    return client.eval(f"return redis.call('INCRBY', KEYS[1], {amount})", 1, f"sum:{name}")
```

## Use instead
```python
import redis

client = redis.Redis(socket_timeout=2)

ADD = client.register_script("return redis.call('INCRBY', KEYS[1], ARGV[1])")


def add(name, amount):
    return ADD(keys=[f"sum:{name}"], args=[amount])
```

## Fix safety
There is no fix: numbers and texts come in ARGV as texts, and the script may have to turn them back.

## References
- [Redis: EVAL, script parameterization](https://redis.io/docs/latest/develop/programmability/eval-intro/)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from redisspec.lint.pyfacts import own_calls
from redisspec.lint.rule import Rule
from redisspec.lint.wording import names
from redisspec.readers.python.values import JOIN
from redisspec.readers.values import leaves

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.flows import Value
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.python.module import PyProcedure
    from redisspec.source.span import Span

_SENDS = ("eval", "eval_ro", "script_load")
_MIXES = (JOIN, ".replace", ".format", ".join", "%")


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a call whose script is another one each time."""
    told: set[int] = set()
    by_name = {procedure.name: procedure for procedure in context.procedures}
    for span, script, procedure in _scripts(context, by_name):
        varying = list(dict.fromkeys(_varying(script, procedure)))
        if not varying or span.line in told:
            continue
        told.update(range(span.line, span.end_line + 1))
        named = [one for one in varying if one]
        yield RULE.found(
            span,
            f"the script's text has {names(named) if named else 'what varies'} in it, so that each value is a new "
            "script: the server keeps them all, and a value can be Lua of its own",
            "keep the text the same, and pass what varies in KEYS and ARGV",
        )


def _scripts(
    context: PyContext, by_name: Mapping[str, PyProcedure]
) -> Iterator[tuple[Span, Value, PyProcedure]]:
    """The texts that are put together in functions; the file's own statements run once."""
    for procedure in context.procedures:
        for call in own_calls(procedure):
            given = call.argument("script")
            if call.method in _SENDS and given is not None and procedure.name != "<module>":
                yield call.span, given, procedure
    for script in context.module.scripts:
        owner = by_name.get(script.procedure)
        if script.sent and owner is not None and owner.name != "<module>":
            yield script.span, script.value, owner


def _varying(script: Value, procedure: PyProcedure) -> Iterator[str]:
    """What in a text is another at each call, by name where it has one."""
    if script.provenance != "formatted" or script.text not in _MIXES:
        return
    for part in script.parts:
        for leaf in leaves(part):
            if leaf.provenance == "parameter" and leaf.text in procedure.parameters:
                yield leaf.text
            elif leaf.provenance in ("clock", "random", "reply"):
                yield ""


RULE = Rule(
    "RS505", "dynamic-script", "warning", "lua", "python", __doc__ or "", python=check_python
)
