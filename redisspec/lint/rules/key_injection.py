r"""Input from outside is written into a pattern, a key or an access rule as it is.

## What it does
Finds, in Python, what a request brings (`request.args`, `request.json`, …, and the text parameters of a handler: a
function under `@app.get(…)`, `@app.route(…)` and the like) inside of the pattern of `SCAN`, `KEYS` and the like,
inside of an ACL rule, and, at severity info, in the midst of a key.

## Why is this bad
In a pattern `*`, `?` and `[` are no letters: who sends `*` for a name reads, or deletes, the keys of everybody. In a key
it is the separator: who is called `7:admin` meets the keys of another kind of thing.

## Example
```python
import redis
from flask import Flask, request

app = Flask(__name__)
client = redis.Redis(socket_timeout=2)


@app.post("/forget")
def forget():
    for key in client.scan_iter(match=f"draft:{request.form['name']}:*"):
        client.unlink(key)
    return "", 204
```

## Use instead
```python
import re

import redis
from flask import Flask, request

app = Flask(__name__)
client = redis.Redis(socket_timeout=2)


def literally(text):
    return re.sub(r"[*?\[\]\\^]", r"\\\g<0>", text)


@app.post("/forget")
def forget():
    name = literally(request.form["name"])
    for key in client.scan_iter(match=f"draft:{name}:*"):
        client.unlink(key)
    return "", 204
```
Better, keep the names of a user's drafts in a set, and read that. The generated package refuses what does not fit a
parameter's type, and escapes patterns.

## Fix safety
There is no fix: what a name may be is yours to say.

## References
- [Redis: SCAN, the MATCH option](https://redis.io/docs/latest/commands/scan/)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.lint.pyfacts import called, own_calls
from redisspec.lint.rule import Rule
from redisspec.readers.python.tree import walk
from redisspec.readers.python.values import JOIN

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.flows import Value
    from redisspec.lint.pyfacts import PyContext
    from redisspec.readers.python.module import PyProcedure

_PATTERNS = {
    "SCAN": ("match",),
    "SSCAN": ("match",),
    "HSCAN": ("match",),
    "ZSCAN": ("match",),
    "KEYS": ("pattern",),
}
_ACL = ("keys", "channels", "commands", "categories")
# What a framework's request has of what its sender wrote.
_REQUEST = re.compile(
    r"(?:^|\.)request\.(?:args|form|values|json|cookies|headers|GET|POST|COOKIES|META|data|query_params|path_params"
    r"|query|match_info|rel_url|params|get_json|view_args)\b"
)
_HANDLER = re.compile(
    r"\.(?:route|get|post|put|patch|delete|websocket|api_route|head|options)$|(?:^|\.)api_view$"
)


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a pattern, key or access rule with input in it."""
    for procedure in context.procedures:
        given = frozenset(_inputs(procedure))
        for call in own_calls(procedure):
            for name in _PATTERNS.get(call.command or "", ()):
                pattern = call.argument(name)
                input_ = None if pattern is None else _input(pattern, given)
                if input_ is not None:
                    yield RULE.found(
                        call.span,
                        f"`{input_}` comes from outside and stands in a pattern of `{call.command}`: a `*` in it "
                        "meets the keys of everybody",
                        "escape `*`, `?`, `[`, `]` and `\\` in it, or keep the names in a set and read that",
                    )
            if call.command == "ACL SETUSER":
                for name in _ACL:
                    rule = call.argument(name)
                    input_ = None if rule is None else _input(rule, given)
                    if input_ is not None:
                        yield RULE.found(
                            call.span,
                            f"`{input_}` comes from outside and stands in an access rule: a `*` in it opens every key",
                            "escape it, and refuse what is no plain name",
                        )
            for key in call.keys if call.command != "ACL SETUSER" else ():
                input_ = _input(key.value, given, inside=True)
                if input_ is not None:
                    yield RULE.found(
                        call.span,
                        f"`{input_}` comes from outside and stands in the midst of {called(key)}: with a separator in "
                        "it, it names the keys of another",
                        "encode it (`urllib.parse.quote(text, safe='')`), or refuse what is no plain name",
                        severity="info",
                    )


def _input(value: Value, given: frozenset[str], *, inside: bool = False) -> str | None:
    """What of a text comes from outside; with `inside` only where more text follows."""
    if value.provenance == "formatted" and value.text in ("()", "[]") and value.parts:
        return next((found for one in value.parts if (found := _input(one, given))), None)
    parts = value.parts if value.provenance == "formatted" and value.text == JOIN else (value,)
    for number, part in enumerate(parts):
        if inside and (number in (0, len(parts) - 1) or len(parts) < 3):
            continue
        found = _named(part, given)
        if found is not None:
            return found
    return None


def _named(part: Value, given: frozenset[str]) -> str | None:
    """The name of an input, where the value is one as it came: what a function makes of it may be tame."""
    if part.provenance == "parameter" and part.text in given:
        return part.text
    if part.provenance == "formatted" and part.text in _AS_IT_CAME and part.parts:
        return _named(part.parts[0], given)
    if part.provenance == "parameter" or part.text.startswith("call:"):
        matched = _REQUEST.search(part.text.removeprefix("call:"))
        return None if matched is None else matched[0].lstrip(".")
    return None


_AS_IT_CAME = ("[]", ".get", ".strip", ".lower", ".upper", ".decode", "call:str", "either", "or")


def _inputs(procedure: PyProcedure) -> Iterator[str]:
    """The parameters of a handler that may be any text."""
    node = procedure.node
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return
    if not any(_HANDLER.search(name) for name in procedure.decorators):
        return
    path = " ".join(
        one.value
        for decorator in node.decorator_list
        for one in walk(decorator)
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    )
    for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
        if argument.annotation is not None:
            if re.search(r"\bstr\b", ast.unparse(argument.annotation)):
                yield argument.arg
        elif re.search(rf"[<{{](?:string:|path:)?{argument.arg}[}}>]", path):
            yield argument.arg


RULE = Rule(
    "RS702",
    "key-injection",
    "warning",
    "keys",
    "python",
    __doc__ or "",
    python=check_python,
)
