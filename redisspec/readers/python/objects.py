"""What objects of a project's classes have: the attributes that their methods give them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from redisspec.ir.flows import Value
from redisspec.readers.python.annotations import client_of_annotation
from redisspec.readers.python.evidence import text_of
from redisspec.readers.python.names import bases_of, class_member, is_client_class
from redisspec.readers.python.symbols import (
    Class,
    Client,
    Entries,
    Function,
    Instance,
    Pipe,
    Symbol,
)
from redisspec.readers.python.tree import walk

if TYPE_CHECKING:
    from redisspec.readers.python.state import State

_MOST_SETTERS = 6


def learned(state: State, instance: Instance) -> dict[str, Symbol]:
    """The attributes of an object of which it is not known how it was made."""
    file, node = instance.cls.file, instance.cls.node
    found = file.instances.get(node)
    if found is None:
        # An attribute that is asked for while it is learned is not known.
        file.instances[node] = {}
        found = file.instances[node] = _learn(state, instance.cls, instance.where)
    return found


def _learn(state: State, cls: Class, where: Value) -> dict[str, Symbol]:
    from redisspec.readers.python.inline import run  # noqa: PLC0415 - a cycle

    probe = Instance(cls, where)
    made = class_member(state, cls, "__init__")
    setters = _setters(state, cls)
    if made is not None and isinstance(made[0], ast.FunctionDef | ast.AsyncFunctionDef):
        with state.silent():
            run(state, Function(made[0], made[1].file, made[1], probe), None)
    first = dict(probe.attributes)
    after: dict[ast.AST, dict[str, Symbol]] = {}
    found: dict[str, Symbol] = {}
    for name, functions in setters.items():
        inits = [one for one in functions if one[0].name == "__init__"]
        others = [one for one in functions if one[0].name != "__init__"]
        symbol = first.get(name)
        if symbol is not None and (
            not others or isinstance(symbol, Client | Pipe | Instance | Entries)
        ):
            found[name] = symbol
            continue
        for function, owner in others[:_MOST_SETTERS]:
            attributes = after.get(function)
            if attributes is None:
                # Read once, whatever it sets.
                again = Instance(cls, where, dict(first))
                with state.silent():
                    run(state, Function(function, owner.file, owner, again), None)
                attributes = after[function] = again.attributes
            later = attributes.get(name)
            if isinstance(later, Client | Pipe | Instance):
                found[name] = later
                break
            if not inits and len(others) == 1 and later is not None:
                found[name] = later
        else:
            if name not in found:
                found[name] = Value("parameter", f"{where.text or 'self'}.{name}")
    for name, symbol in first.items():
        found.setdefault(name, symbol)
    return found


def _setters(
    state: State, cls: Class
) -> dict[str, list[tuple[ast.FunctionDef | ast.AsyncFunctionDef, Class]]]:
    """Which methods of a class, and of what it comes from, set which attributes of `self`."""
    found: dict[str, list[tuple[ast.FunctionDef | ast.AsyncFunctionDef, Class]]] = {}
    waiting, seen = [cls], 0
    while waiting and seen < 8:
        one = waiting.pop(0)
        seen += 1
        for statement in one.node.body:
            if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for name in one.file.stored(statement):
                setters = found.setdefault(name, [])
                if (statement, one) not in setters:
                    setters.append((statement, one))
        waiting += [base for base in bases_of(state, one) if isinstance(base, Class)]
    return found


def object_of(state: State, cls: Class, where: Value) -> Symbol:
    """An object of a class; a client where the class comes from one of redis-py's."""
    client, aio = is_client_class(state, cls)
    made = Instance(cls, where)
    if client:
        made.client = Client("client", where, aio, certain=True)
    return made


def hands_on(statement: ast.stmt, name: str) -> bool:
    """Whether a client's own method gives all that it is given to the one that it replaces: `super().get(*args)`."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == name
        and isinstance(node.func.value, ast.Call)
        and text_of(node.func.value.func) == "super"
        and any(isinstance(one, ast.Starred) for one in node.args)
        for node in walk(statement)
    )


def behind(state: State, instance: Instance) -> Client | Pipe | None:
    """What an object hands on to whatever it does not have: `return getattr(self._pipe, name)` in `__getattr__`."""
    from redisspec.readers.python.names import instance_attribute  # noqa: PLC0415 - few objects are asked

    member = class_member(state, instance.cls, "__getattr__")
    if member is None:
        return None
    for node in walk(member[0]):
        match node:
            case ast.Return(
                value=ast.Call(
                    func=ast.Name(id="getattr"),
                    args=[ast.Attribute(value=ast.Name(id="self"), attr=name) as kept, *_],
                )
            ):
                found = instance_attribute(state, instance, name, kept)
                if isinstance(found, Client | Pipe):
                    return found
    return None


def parameter_of(state: State, function: Function, argument: ast.arg, name: str) -> Symbol:
    """What a parameter stands for where nobody says what is given."""
    where = Value("parameter", name)
    found = client_of_annotation(state, function.file, argument.annotation, where)
    return where if found is None else found
