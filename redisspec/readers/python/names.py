"""What names and attributes stand for: locals, the file's top, imports, classes, objects, evidence."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from redisspec.ir.flows import Value
from redisspec.readers.python.annotations import client_of_annotation
from redisspec.readers.python.evidence import text_of
from redisspec.readers.python.files import bound_by
from redisspec.readers.python.symbols import (
    Class,
    Client,
    Entries,
    External,
    Function,
    Instance,
    Items,
    Method,
    Module,
    Pipe,
    Symbol,
    as_value,
    join,
)
from redisspec.readers.python.values import constant
from redisspec.readers.python.vocabulary import (
    METHODS,
    PIPE_HINT,
    constructor,
    is_client,
    is_module,
    keeps_client,
    may_be_pipe,
)
from redisspec.readers.values import UNKNOWN, formed

if TYPE_CHECKING:
    from redisspec.readers.python.files import Import, PyFile
    from redisspec.readers.python.state import State

_MOST_BASES = 8


def name_of(state: State, name: str) -> Symbol:
    """What a name stands for where it is used."""
    frame = state.frame
    found = frame.locals.get(name)
    if found is not None:
        if isinstance(found, Value) and found.provenance != "constant":
            return by_evidence(state, name, found)
        return found
    found = global_of(state, frame.file, name)
    if found is None:
        return by_evidence(state, name, Value("parameter", name))
    if isinstance(found, Value | External):
        return by_evidence(state, name, found)
    return found


def by_evidence(state: State, text: str, found: Symbol) -> Symbol:
    """A client, where what is called on the name elsewhere says so."""
    frame = state.frame
    evidence = frame.file.evidence
    if isinstance(found, External) and (
        constructor(found.dotted) is not None or is_module(found.dotted)
    ):
        return found
    if evidence.says(text, frame.name) or evidence.hints(text) or _is_given_pipe(state, text):
        where = as_value(found)
        if PIPE_HINT.search(text.rpartition(".")[2]):
            return _unknown_pipe(state, where)
        return Client("client", where, None, certain=False)
    return found


def _is_given_pipe(state: State, text: str) -> bool:
    """Whether it is a parameter that is called for a pipeline, which every caller has to give."""
    frame = state.frame
    if not (may_be_pipe(text) and frame.file.evidence.any):
        return False
    function = frame.file.functions.get(frame.name)
    given = None if function is None else function.args
    if given is None:
        return False
    every = [*given.posonlyargs, *given.args]
    asked = every[: len(every) - len(given.defaults)]
    return any(one.arg == text for one in asked)


def _unknown_pipe(state: State, where: Value) -> Pipe:
    """A pipeline that was handed in: somebody else executes it."""
    from redisspec.readers.python.pipelines import pipe_from  # noqa: PLC0415 - a cycle

    for pipe in state.pipes:
        if pipe.where == where:
            return pipe
    pipe = pipe_from(state, where, None, certain=False, transaction=None)
    pipe.batch.escaped = pipe.given = True
    return pipe


def global_of(state: State, file: PyFile, name: str) -> Symbol | None:
    """What a name at the top of a file stands for; None where nothing there gives it a meaning."""
    if name in file.globals:
        return file.globals[name]
    declared = state.project.declared(file, name)
    if declared is not None:
        return global_of(state, declared, name)
    statements = file.top.get(name)
    if statements is None:
        imported = file.imports.get(name)
        return _by_star(state, file, name) if imported is None else resolve(state, file, imported)
    if name in file.pending:
        return Value("parameter", name)
    file.pending.add(name)
    try:
        found = _meaning(state, file, name, statements)
    finally:
        file.pending.discard(name)
    file.globals[name] = found
    return found


def _by_star(state: State, file: PyFile, name: str) -> Symbol | None:
    for module, level in file.stars:
        other = state.project.module(module, level, file)
        if other is not None and other is not file and name not in other.pending:
            found = global_of(state, other, name)
            if found is not None:
                return found
    return None


def _meaning(state: State, file: PyFile, name: str, statements: tuple[ast.stmt, ...]) -> Symbol:
    found: list[Symbol] = []
    for statement in statements:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                found.append(Function(statement, file))
            case ast.ClassDef():
                found.append(Class(statement, file))
            case ast.Import() | ast.ImportFrom():
                for bound, imported in bound_by(statement):
                    if bound == name:
                        found.append(resolve(state, file, imported))
            case ast.Assign(targets=targets, value=value):
                found.append(_of_targets(_at_top(state, file, value, name), targets, name))
            case (
                ast.Expr(value=ast.NamedExpr(value=value)) | ast.If(test=ast.NamedExpr(value=value))
            ):
                found.append(_at_top(state, file, value, name))
            case ast.AnnAssign(value=value, annotation=annotation):
                client = client_of_annotation(state, file, annotation, Value("parameter", name))
                if client is not None:
                    found.append(client)
                elif value is not None:
                    found.append(_at_top(state, file, value, name))
    certain = [one for one in found if not isinstance(one, Value)]
    clients = [one for one in certain if isinstance(one, Client | Pipe | Instance)]
    if clients:
        return clients[0]
    if certain:
        return certain[0]
    if len(found) == 1 and isinstance(found[0], Value):
        return (
            found[0]
            if found[0].provenance in ("constant", "formatted")
            else Value("parameter", name)
        )
    return Value("parameter", name)


def _of_targets(symbol: Symbol, targets: list[ast.expr], name: str) -> Symbol:
    """What one name gets of `a, b = …`."""
    for target in targets:
        match target:
            case ast.Name(id=plain) if plain == name:
                return symbol
            case ast.Tuple(elts) | ast.List(elts):
                for place, one in enumerate(elts):
                    if isinstance(one, ast.Name) and one.id == name:
                        if isinstance(symbol, Items) and place < len(symbol.items):
                            return symbol.items[place]
                        return formed("[]", as_value(symbol), constant(place))
    return symbol


def _at_top(state: State, file: PyFile, value: ast.expr, name: str) -> Symbol:
    from redisspec.readers.python.evaluate import evaluate  # noqa: PLC0415 - a cycle
    from redisspec.readers.python.state import Frame  # noqa: PLC0415 - a cycle

    frame = Frame(file, "<module>", {}, at_top=True)
    with state.silent(), state.inside(frame, None, value):
        found = evaluate(state, value)
    if isinstance(found, Client):
        # A global is one client, however it was made.
        return Client(
            found.kind,
            Value("parameter", name),
            found.aio,
            found.certain,
            found.key,
            found.text,
            found.settings,
        )
    return found


def resolve(state: State, file: PyFile, imported: Import) -> Symbol:
    """What an import brings."""
    module, name, level = imported
    if name is None:
        found = state.project.module(module, level, file)
        return External(module) if found is None else Module(found)
    inside = state.project.module(f"{module}.{name}" if module else name, level, file)
    if inside is not None:
        return Module(inside)
    found = state.project.module(module, level, file) if module or level else None
    if found is not None and found is not file:
        symbol = global_of(state, found, name)
        if symbol is not None:
            return symbol
    return External(f"{module}.{name}" if module else name)


def attribute_of(state: State, base: Symbol, node: ast.Attribute, text: str | None) -> Symbol:
    """What an attribute stands for."""
    name = node.attr
    found = _attribute(state, base, name, node)
    if text is not None and isinstance(found, Value | External):
        return by_evidence(state, text, found)
    if text is not None and isinstance(found, Instance) and found.client is None:
        methods = class_member(state, found.cls, name)
        if methods is None and state.frame.file.evidence.says(text, state.frame.name):
            return found
    return found


def _attribute(state: State, base: Symbol, name: str, node: ast.Attribute) -> Symbol:
    match base:
        case External(dotted):
            whole = f"{dotted}.{name}"
            if whole in state.frame.file.whole or state.project.is_declared(whole):
                inside = state.project.module(whole, 0, state.frame.file)
                if inside is not None:
                    return Module(inside)
            if is_client(whole):
                return Client("client", Value("parameter", whole), None, certain=True)
            return External(whole)
        case Module(file):
            found = global_of(state, file, name)
            if found is not None:
                return found
            below = state.project.module(f"{file.name}.{name}", 0, file)
            return Value("parameter", f"{file.name}.{name}") if below is None else Module(below)
        case Class():
            member = class_member(state, base, name)
            if member is None:
                return _set_later(state, base, name) or Value(
                    "parameter", f"{base.node.name}.{name}"
                )
            return _member(state, member, base, base, name, node)
        case Instance():
            return instance_attribute(state, base, name, node)
        case Client() if name in ("connection_pool", "client", "raw_client", "connection"):
            return (
                Client("pool", base.where, base.aio, base.certain)
                if name == "connection_pool"
                else base
            )
        case Client() | Pipe() if name in METHODS:
            return Method(base, name)
        case Value():
            if keeps_client(base, name):
                return Client("client", formed("." + name, base), None, certain=True)
            return _of_value(base, name)
        case Entries():
            return formed("." + name, as_value(base))
    return formed("." + name, as_value(base))


def _of_value(base: Value, name: str) -> Value:
    if name == "value" and base.provenance == "constant":
        # A member of an enumeration stands for what it was given.
        return base
    if base.provenance == "parameter":
        return Value("parameter", f"{base.text}.{name}")
    return formed("." + name, base)


def instance_attribute(state: State, base: Instance, name: str, node: ast.AST) -> Symbol:
    """An attribute of an object of a project's class."""
    from redisspec.readers.python.objects import learned  # noqa: PLC0415 - a cycle

    if name in base.attributes:
        return base.attributes[name]
    member = class_member(state, base.cls, name)
    if member is not None and not isinstance(member[0], ast.Assign | ast.AnnAssign):
        return _member(state, member, base.cls, base, name, node)
    attributes = learned(state, base)
    if name in attributes:
        return attributes[name]
    if member is not None:
        found = _member(state, member, base.cls, base, name, node)
        fixed = isinstance(found, Value) and found.provenance == "constant"
        if not (fixed and isinstance(member[0], ast.AnnAssign) and _is_record(member[1])):
            return found
    if name == "__class__":
        return base.cls
    return Value("parameter", f"{base.where.text or 'self'}.{name}")


def _is_record(cls: Class) -> bool:
    """Whether what is written of a class's fields are defaults, which an object may have otherwise."""
    words = [one.func if isinstance(one, ast.Call) else one for one in cls.node.decorator_list]
    names = [(text_of(one) or "").rpartition(".")[2] for one in (*words, *cls.node.bases)]
    return any(name in _RECORDS for name in names)


_RECORDS = frozenset(
    (
        "dataclass",
        "define",
        "attrs",
        "frozen",
        "mutable",
        "BaseModel",
        "BaseSettings",
        "Struct",
        "SQLModel",
    )
)


def _member(
    state: State,
    member: tuple[ast.stmt, Class],
    cls: Class,
    base: Class | Instance,
    name: str,
    node: ast.AST,
) -> Symbol:
    statement, owner = member
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            words = decorators_of(statement)
            if isinstance(base, Instance) and any(
                word.rpartition(".")[2] in ("property", "cached_property") for word in words
            ):
                from redisspec.readers.python.inline import read_property  # noqa: PLC0415 - a cycle

                return read_property(state, Function(statement, owner.file, owner, base), node)
            if "staticmethod" in words:
                return Function(statement, owner.file, owner)
            if "classmethod" in words:
                return Function(statement, owner.file, owner, cls)
            bound = base if isinstance(base, Instance) else None
            return Function(statement, owner.file, owner, bound)
        case ast.ClassDef():
            return Class(statement, owner.file)
        case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
            return _class_value(state, owner, value, name)
        case ast.AnnAssign(annotation=annotation):
            where = Value("parameter", f"{as_value(base).text or 'self'}.{name}")
            client = client_of_annotation(state, owner.file, annotation, where)
            return where if client is None else client
    return UNKNOWN


def _class_value(state: State, owner: Class, value: ast.expr, name: str) -> Symbol:
    from redisspec.readers.python.evaluate import evaluate  # noqa: PLC0415 - a cycle
    from redisspec.readers.python.state import Frame  # noqa: PLC0415 - a cycle

    if any(value is one for one in state.active):
        return Value("parameter", f"{owner.node.name}.{name}")
    later = _set_later(state, owner, name)
    if later is not None:
        return later
    scope: dict[str, Symbol] = {}
    frame = Frame(owner.file, owner.node.name, scope, owner, at_top=True)
    for statement in owner.node.body:
        # Names of the class's body are seen by what stands below them.
        if isinstance(statement, ast.Assign) and statement.value is not value:
            for target in statement.targets:
                if isinstance(target, ast.Name) and statement.lineno < value.lineno:
                    with state.silent(), state.inside(frame, None, statement.value):
                        scope[target.id] = evaluate(state, statement.value)
    with state.silent(), state.inside(frame, None, value):
        found = evaluate(state, value)
    if isinstance(found, Value) and found.provenance not in ("constant", "formatted"):
        return Value("parameter", f"{owner.node.name}.{name}")
    return found


def _set_later(state: State, owner: Class, name: str) -> Symbol | None:
    """What methods make of an attribute of the class: `cls._client = Redis()`; None where none does."""
    from redisspec.readers.python.evaluate import evaluate  # noqa: PLC0415 - a cycle
    from redisspec.readers.python.state import Frame  # noqa: PLC0415 - a cycle

    values = owner.file.set_by_methods(owner.node).get(name)
    if not values:
        return None
    where = Value("parameter", f"{owner.node.name}.{name}")
    for value in values:
        if any(value is one for one in state.active):
            continue
        frame = Frame(owner.file, owner.node.name, {"cls": owner}, owner, at_top=True)
        with state.silent(), state.inside(frame, None, value):
            found = evaluate(state, value)
        if isinstance(found, Client):
            return replace(found, where=where)
        if isinstance(found, Instance):
            return found
    return where


def class_member(state: State, cls: Class, name: str) -> tuple[ast.stmt, Class] | None:
    """The statement of a class, or of what it comes from, that gives a name a meaning."""
    waiting, seen = [cls], 0
    while waiting and seen < _MOST_BASES:
        one = waiting.pop(0)
        seen += 1
        best = one.file.members(one.node).get(name)
        if best is not None:
            return best, one
        waiting = [base for base in bases_of(state, one) if isinstance(base, Class)] + waiting
    return None


def bases_of(state: State, cls: Class) -> list[Symbol]:
    """What a class comes from."""
    known = cls.file.bases.get(cls.node)
    if known is not None:
        return known
    found: list[Symbol] = []
    cls.file.bases[cls.node] = found
    for node in cls.node.bases:
        base = node.value if isinstance(node, ast.Subscript) else node
        text = text_of(base)
        if text is None:
            continue
        head, *rest = text.split(".")
        symbol = global_of(state, cls.file, head) or External(head)
        for name in rest:
            symbol = _plain_attribute(state, symbol, name)
        if symbol != cls:
            found.append(symbol)
    return found


def _plain_attribute(state: State, base: Symbol, name: str) -> Symbol:
    if isinstance(base, External):
        return External(f"{base.dotted}.{name}")
    if isinstance(base, Module):
        return global_of(state, base.file, name) or UNKNOWN
    return UNKNOWN


def is_client_class(state: State, cls: Class, deep: int = 0) -> tuple[bool, bool | None]:
    """Whether a class comes from one of redis-py's clients, and whether that is asynchronous."""
    for base in bases_of(state, cls) if deep < _MOST_BASES else ():
        if isinstance(base, External):
            made = constructor(base.dotted)
            if made is not None and made[0] in ("client", "cluster"):
                return True, made[1]
        elif isinstance(base, Class):
            found = is_client_class(state, base, deep + 1)
            if found[0]:
                return found
    return False, None


def decorators_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[str, ...]:
    """The names of a function's decorators."""
    found: list[str] = []
    for node in function.decorator_list:
        text = text_of(node.func if isinstance(node, ast.Call) else node)
        if text is not None:
            found.append(text)
    return tuple(found)


def set_attribute(state: State, base: Symbol, name: str, symbol: Symbol, text: str | None) -> None:
    """`base.name = symbol`."""
    if isinstance(base, Instance):
        member = class_member(state, base.cls, name)
        if (
            member is not None
            and isinstance(member[0], ast.FunctionDef)
            and "property" in decorators_of(member[0])
        ):
            return
        old = base.attributes.get(name)
        if old is not None and state.guards and isinstance(symbol, Value):
            symbol = join(old, symbol)
        base.attributes[name] = symbol
    elif isinstance(base, Module) and isinstance(symbol, Client):
        base.file.globals.setdefault(name, symbol)
    elif text is not None and text in state.frame.locals:
        state.frame.locals[text] = symbol
