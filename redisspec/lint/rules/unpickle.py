"""What Redis holds is unpickled.

## What it does
Finds, in Python, `pickle.loads` (and `dill`, `cloudpickle`, `joblib`, `jsonpickle`) of a reply, in a helper too,
and classes and functions that use Redis with a serializer that is pickle unless their caller has another.

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

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.lint.pyedits import span_of
from redisspec.lint.pyfacts import is_read
from redisspec.lint.rule import Rule
from redisspec.readers.python.tree import walk
from redisspec.readers.values import parts_of

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
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
            # A helper of another file may well be used for what is not Redis's.
            here = other.span.file == context.module.source.path
            if other.name not in _LOADS or not other.arguments or not here:
                continue
            if any(part.provenance == "reply" for part in parts_of(other.arguments[0])):
                yield RULE.found(other.span, _SAID, _WAY)
    yield from _by_default(context)
    yield from _by_default_of_functions(context)


def _by_default(context: PyContext) -> Iterator[Diagnostic]:
    """Classes that talk to Redis, and whose serializer is pickle unless the caller has another."""
    module = context.module
    busy = {one.name.rpartition(".")[0] for one in context.procedures if one.calls}
    pickles = {
        name.asname or name.name
        for node in walk(module.tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
        if "pickle" in name.name.rpartition(".")[2].lower()
    }
    for owner in module.tree.body if pickles else ():
        if not isinstance(owner, ast.ClassDef) or not _is_busy(owner, module.tree, busy):
            continue
        attributes = {
            target.attr
            for function in owner.body
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
            for names in (_pickle_by_default(function, pickles),)
            for node in walk(function)
            if isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Name)
            and node.value.id in names
            for target in node.targets
            if isinstance(target, ast.Attribute)
        }
        for node in walk(owner):
            if isinstance(node, ast.Call) and _loads_by(node.func, attributes):
                yield RULE.found(span_of(module, node), _UNLESS, _WAY)


def _by_default_of_functions(context: PyContext) -> Iterator[Diagnostic]:
    """Functions that unpickle unless their caller has another way, in a file where one is called by who reads."""
    module = context.module
    found: dict[str, list[tuple[str, ast.expr]]] = {}
    for function in module.tree.body:
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            found[function.name] = list(_loads_by_default(function))
    # A call of the file's own function is followed into it: where it stands is seen in the tree alone.
    given = {
        node.func.id
        for procedure in context.procedures
        if any(is_read(call) for call in procedure.calls)
        for node in walk(procedure.node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    # Who unpickles by a parameter of the same name is the reader of the same data for another file.
    shared = {name for function in given & found.keys() for name, _ in found[function]}
    for defaults in found.values():
        for name, node in defaults:
            if name in shared:
                yield RULE.found(span_of(module, node), _UNLESS, _WAY)


def _loads_by_default(
    function: ast.FunctionDef | ast.AsyncFunctionDef,
) -> Iterator[tuple[str, ast.expr]]:
    """`deserializer = pickle.loads`, or `deserializer or pickle.loads`, of a parameter that is called."""
    given = function.args
    parameters = {one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)}
    called = {
        node.func.id
        for node in walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    for node in walk(function):
        if not isinstance(node, ast.Assign) or len(node.targets) != 1:
            continue
        target = node.targets[0]
        value = node.value.values[-1] if isinstance(node.value, ast.BoolOp) else node.value
        if (
            isinstance(target, ast.Name)
            and target.id in parameters & called
            and ast.unparse(value) in _LOADS
        ):
            yield target.id, value


def _is_busy(owner: ast.ClassDef, tree: ast.Module, busy: set[str]) -> bool:
    """Whether a class, or one that is made of it, talks to Redis."""
    return owner.name in busy or any(
        isinstance(one, ast.ClassDef)
        and one.name in busy
        and any(isinstance(base, ast.Name) and base.id == owner.name for base in one.bases)
        for one in tree.body
    )


def _pickle_by_default(
    function: ast.FunctionDef | ast.AsyncFunctionDef, pickles: set[str]
) -> set[str]:
    """The parameters that are pickle where the caller gives nothing: `if serializer is None: serializer = pickle`."""
    given = function.args
    names = [one.arg for one in (*given.posonlyargs, *given.args)]
    found = {
        name
        for name, default in (
            *zip(reversed(names), reversed(given.defaults), strict=False),
            *((one.arg, at) for one, at in zip(given.kwonlyargs, given.kw_defaults, strict=True)),
        )
        if isinstance(default, ast.Name) and default.id in pickles
    }
    every = {*names, *(one.arg for one in given.kwonlyargs)}
    for node in walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name):
            targets = [one.id for one in node.targets if isinstance(one, ast.Name)]
            if node.value.id in pickles:
                found.update(name for name in targets if name in every)
    return found


def _loads_by(function: ast.expr, attributes: set[str]) -> bool:
    """`self.serializer.loads`."""
    return (
        isinstance(function, ast.Attribute)
        and function.attr == "loads"
        and isinstance(function.value, ast.Attribute)
        and function.value.attr in attributes
    )


_SAID = "what Redis holds is unpickled: whoever can write to the server runs code in this process"
_UNLESS = (
    "what Redis holds is unpickled unless the caller has another serializer: whoever can write to the "
    "server runs code in this process"
)
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
