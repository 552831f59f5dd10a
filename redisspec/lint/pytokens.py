"""The fix of a lock whose value says nothing: a token of this holder, compared where the lock is released."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Edit, Fix
from redisspec.lint.pyedits import span_of, written
from redisspec.lint.pyfacts import own_calls, same_server
from redisspec.readers.python.tree import walk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redisspec.readers.python.module import PyCall, PyKey, PyModule, PyProcedure

RELEASE = (
    "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"
)
"""Deletes a lock where it still holds the token."""

_NAMES = ("token", "lock_token")


def token_fix(module: PyModule, taking: PyCall, key: PyKey) -> Fix | None:
    """The edits where one function takes and releases the lock, and nothing else touches it; else None."""
    procedure = next((one for one in module.procedures if taking in one.calls), None)
    if procedure is None:
        return None
    function, value = procedure.node, _value_of(taking.node)
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) or value is None:
        return None
    releases = _releases(module, procedure, taking, key)
    first = next((one for one in function.body if _is_in(one, taking.node)), None)
    used = {one.id for one in walk(function) if isinstance(one, ast.Name)}
    used.update(procedure.parameters)
    token = next((name for name in _NAMES if name not in used), None)
    if not releases or first is None or token is None:
        return None
    start = span_of(module, first)
    indent = module.source.line(start.line)[: start.column - 1]
    imports = _import(module)
    if indent.strip() or imports is None:
        return None
    at = start._replace(end_line=start.line, end_column=start.column)
    edits = [
        Edit(at, f"{token} = secrets.token_hex(16)\n{indent}"),
        Edit(span_of(module, value), token),
        *imports,
    ]
    for release in releases:
        client = release.node.func
        if not isinstance(client, ast.Attribute) or len(release.node.args) != 1:
            return None
        name = written(module, release.node.args[0])
        text = f'{written(module, client.value)}.eval("{RELEASE}", 1, {name}, {token})'
        edits.append(Edit(span_of(module, release.node), text))
    return Fix("Hold a token of this holder, and compare it on release", tuple(edits))


def _value_of(call: ast.Call) -> ast.expr | None:
    """The argument that a lock holds."""
    if len(call.args) > 1:
        return call.args[1]
    return next((one.value for one in call.keywords if one.arg == "value"), None)


def _releases(
    module: PyModule, procedure: PyProcedure, taking: PyCall, key: PyKey
) -> Sequence[PyCall]:
    """The deletions of the lock, where that is all that is done to it beside; nothing otherwise."""
    takers = [one for one in module.procedures if any(_takes(call, key) for call in one.calls)]
    for one in module.procedures:
        # Who takes it as well has its own release; who does not, releases or asks for another.
        if one not in takers and any(_touches(call, key) for call in one.calls):
            return ()
    found = [call for call in own_calls(procedure) if call is not taking and _touches(call, key)]
    for other in found:
        plain = other.command in ("DEL", "UNLINK") and other.batch is None and other.dropped
        if not plain or other.number < taking.number or not same_server(taking, other):
            return ()
    return found


def _touches(call: PyCall, key: PyKey) -> bool:
    return any(its.value == key.value for its in call.keys)


def _takes(call: PyCall, key: PyKey) -> bool:
    return call.command in ("SET", "SETNX") and _touches(call, key)


def _import(module: PyModule) -> tuple[Edit, ...] | None:
    """What imports `secrets`, where nothing does; None where there is no place for it."""
    imports = [one for one in module.tree.body if isinstance(one, ast.Import | ast.ImportFrom)]
    if any(isinstance(one, ast.Import) and _is_secrets(one) for one in imports):
        return ()
    first = next((one for one in imports if getattr(one, "module", "") != "__future__"), None)
    if first is None:
        return None
    start = span_of(module, first)
    return (Edit(start._replace(end_line=start.line, end_column=start.column), "import secrets\n"),)


def _is_secrets(one: ast.Import) -> bool:
    return any(name.name == "secrets" and name.asname is None for name in one.names)


def _is_in(statement: ast.stmt, node: ast.AST) -> bool:
    return any(one is node for one in walk(statement))
