"""Functions outside the project that the project says send commands, as modules that the reader can read.

`companylib.cache.put(key, value, seconds=None)` is declared to be `set(key, value, ex=seconds)`: what could
not be read, since it lies in another package or is made at run time, then stands for this one call.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from redisspec.diagnostics.suggest import nearest
from redisspec.readers.python.vocabulary import METHODS, constructor

_HEAD = re.compile(
    r"(?P<aio>async\s+)?(?P<dotted>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)\s*\((?P<given>.*)\)\s*"
)
EXAMPLE = '"companylib.cache.put(key, value, seconds)" = "set(key, value, ex=seconds)"'


@dataclass(frozen=True, slots=True)
class Wrapper:
    """A function, or a method of the class `owner`; `given` are its parameters and `sent` the call, both as written."""

    module: str
    owner: str | None
    name: str
    given: str
    sent: str
    aio: bool


@dataclass(frozen=True, slots=True)
class NoWrapper:
    """Why a declaration is none, and the way out."""

    reason: str
    help: str


def read_wrapper(signature: str, sent: str) -> Wrapper | NoWrapper:
    """A wrapper from its two texts."""
    match = _HEAD.fullmatch(signature.strip())
    if match is None or not _parses(f"def f({match['given']}): pass"):
        return NoWrapper(
            f"`{signature}` is no function with its module and its parameters", f"write {EXAMPLE}"
        )
    wrong = _wrong_call(sent)
    if wrong is not None:
        return wrong
    parts = match["dotted"].split(".")
    first = match["given"].split(",")[0].split(":")[0].strip()
    owner = parts[-2] if first in ("self", "cls") else None
    module = parts[:-2] if owner else parts[:-1]
    if not module:
        return NoWrapper(
            f"`{signature}` does not say which module its class is of",
            f"write `companylib.{match['dotted']}({match['given']})`",
        )
    unknown = _unknown(match["given"], sent)
    if unknown is not None:
        return NoWrapper(
            f"`{sent}` uses `{unknown}`, which is no parameter of `{signature}`",
            "name it among the parameters",
        )
    return Wrapper(
        ".".join(module), owner, parts[-1], match["given"], sent.strip(), match["aio"] is not None
    )


def modules_of(wrappers: Iterable[Wrapper]) -> Mapping[str, str]:
    """Python for each module that is declared to have any, by the module's name."""
    modules: dict[str, dict[str | None, list[Wrapper]]] = {}
    for one in wrappers:
        modules.setdefault(one.module, {}).setdefault(one.owner, []).append(one)
    return {module: _text(owners) for module, owners in modules.items()}


def _text(owners: Mapping[str | None, Iterable[Wrapper]]) -> str:
    lines = [
        "import redis",
        "import redis.asyncio",
        "_client = redis.Redis()",
        "_aio_client = redis.asyncio.Redis()",
    ]
    for owner, wrappers in owners.items():
        indent = "    " if owner else ""
        if owner:
            lines.append(f"class {owner}:")
        for one in wrappers:
            if one.given.split(",")[0].split(":")[0].strip() == "cls":
                lines.append(f"{indent}@classmethod")
            lines.append(f"{indent}{'async ' if one.aio else ''}def {one.name}({one.given}):")
            lines.append(f"{indent}    return {_body(one)}")
    return "\n".join(lines) + "\n"


def sends(function: ast.AST) -> bool:
    """Whether a function of such a module sends a command, and does not make a client."""
    return any(
        isinstance(node, ast.Name) and node.id in ("_client", "_aio_client")
        for node in ast.walk(function)
    )


def _body(one: Wrapper) -> str:
    call = ast.parse(one.sent, mode="eval").body
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
        # Its settings are not known.
        return f"{one.sent[:-1].rstrip().rstrip(',')}{', ' if call.args or call.keywords else ''}**_settings)"
    return f"await _aio_client.{one.sent}" if one.aio else f"_client.{one.sent}"


def _wrong_call(sent: str) -> NoWrapper | None:
    try:
        call = ast.parse(sent.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        call = None
    if isinstance(call, ast.Call):
        if isinstance(call.func, ast.Attribute) and constructor(ast.unparse(call.func)) is not None:
            return None
        if isinstance(call.func, ast.Name):
            if call.func.id in METHODS:
                return None
            near = nearest(call.func.id, METHODS)
            return NoWrapper(
                f"redis-py's clients have no method `{call.func.id}`",
                f"did you mean `{near}`?" if near else f"write {EXAMPLE}",
            )
    return NoWrapper(
        f"`{sent}` is neither a call of a client's method nor one that makes a client",
        'write `"set(key, value, ex=seconds)"`, or `"redis.Redis()"` for what gives a client',
    )


def _unknown(given: str, sent: str) -> str | None:
    arguments = _arguments(given)
    call = ast.parse(sent.strip(), mode="eval").body
    assert isinstance(call, ast.Call)
    used = [
        node.id
        for part in (*call.args, *(one.value for one in call.keywords))
        for node in ast.walk(part)
        if isinstance(node, ast.Name)
    ]
    return next((name for name in used if name not in arguments), None)


def _arguments(given: str) -> set[str]:
    function = ast.parse(f"def f({given}): pass").body[0]
    assert isinstance(function, ast.FunctionDef)
    return {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}


def _parses(text: str) -> bool:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return len(tree.body) == 1 and isinstance(tree.body[0], ast.FunctionDef)
