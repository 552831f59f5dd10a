"""A call of a keyspace's method: its key, its arguments, then what it becomes."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from redisspec.diagnostics.suggest import nearest
from redisspec.ir.keypattern import Parameter, ParameterType
from redisspec.ir.methods import Argument, Custom, Method, StoredEach
from redisspec.ir.model import Keyspace
from redisspec.ir.types import Enum, Scalar
from redisspec.operations.compiled import Constant, Param
from redisspec.operations.translate.parameters import is_list
from redisspec.operations.translate.state import KeyRef, Translator
from redisspec.operations.translate.values import Ex
from redisspec.operations.types import Int, Text, shown, stored
from redisspec.structures import methods as methods_of
from redisspec.structures.procedures import procedures

OUTSIDE = {
    "iterate": "reads page by page: read it whole or a part of it",
    "scan": "walks through the whole keyspace: call it in Python",
    "delete_all": "walks through the whole keyspace: call it in Python",
    "set_many": "writes many keys: write them one by one, in a loop over a list parameter",
    "get_many": "reads many keys: read them one by one, in a loop over a list parameter",
}
"""Methods that cannot run in a script, and why."""


FILTERS = ("add", "contains", "contains_many", "count")
"""The methods of a Bloom filter beside those of every key."""


@dataclass(slots=True)
class BoundCall:
    """A method's call with its key and arguments in place.

    `keys` is one, or several for a method that joins keys. `given` holds the arguments that were written, by name; one that takes several values has a
    list. `used` says whether somebody looks at the result.
    """

    node: ast.Call
    keyspace: Keyspace
    method: Method
    keys: list[KeyRef]
    given: dict[str, ast.expr | list[ast.expr]] = field(default_factory=dict)
    used: bool = True

    @property
    def key(self) -> str:
        """The Lua of the only key."""
        return self.keys[0].lua

    @property
    def site(self) -> tuple[int, int]:
        return self.node.lineno, self.node.col_offset

    @property
    def what(self) -> str:
        return f"`{self.keyspace.name}.{self.method.name}`"


def method_call(t: Translator, node: ast.Call, keyspace: Keyspace, name: str, *, used: bool) -> Ex:
    """The call's value; what it does is put among the pieces."""
    from redisspec.operations.methods import emit  # noqa: PLC0415 - they know one another

    method = _method(t, node, keyspace, name)
    bound = _bind(t, node, keyspace, method, used)
    procedure = t.methods.procedures.get((keyspace.name, name))
    if procedure is None:
        (procedure,) = procedures(keyspace, (method,))
        t.methods.procedures[keyspace.name, name] = procedure
    if not method.keyed:
        bound.keys = _several_keys(t, bound)
    for key in bound.keys:
        t.note_effects(procedure, key.pattern)
    _evaluate(t, bound)
    return emit(t, bound)


def _evaluate(t: Translator, bound: BoundCall) -> None:
    """All arguments in their order, before the first of them is checked: as Python does.

    What is no value by itself (`*names`, a mapping, a list that is written out) is left alone.
    """
    given = {id(node) for node in bound.given.values() if isinstance(node, ast.expr)}
    given |= {id(one) for many in bound.given.values() if isinstance(many, list) for one in many}
    for node in [*bound.node.args, *(keyword.value for keyword in bound.node.keywords)]:
        plain = not isinstance(
            node, ast.Constant | ast.Name | ast.Starred | ast.Dict | ast.List | ast.Tuple
        )
        if plain and id(node) in given:
            t.evaluated[id(node)] = t.expression(node)


def _method(t: Translator, node: ast.Call, keyspace: Keyspace, name: str) -> Method:
    known = t.methods.by_keyspace.get(keyspace.name)
    if known is None:
        cluster = t.program.servers[keyspace.server].topology == "cluster"
        known = {method.name: method for method in methods_of(keyspace, cluster=cluster)}
        t.methods.by_keyspace[keyspace.name] = known
    place = node.func
    found = known.get(name)
    if keyspace.module and found is not None and found.name in FILTERS:
        raise t.refuse(
            place,
            f"`{keyspace.name}` is a filter of Redis's own type (`stored_as: module`), which operations do not have yet",
            "write `stored_as: bits`, or call it in Python",
        )
    if found is None:
        near = nearest(name, known)
        raise t.refuse(
            place,
            f"a {keyspace.structure.replace('_', ' ')} such as `{keyspace.name}` has no method `{name}`",
            f"did you mean `{near}`?" if near else f"its methods are {', '.join(known)}",
        )
    if isinstance(found.body, Custom) and found.body.kind in (
        "get_many", "call_many", "set_many", "iterate", "scan_members", "scan", "delete_all",
    ):  # fmt: skip
        why = OUTSIDE.get(found.name, "cannot run in a script")
        said, _, help_ = why.partition(": ")
        raise t.refuse(
            place, f"`{keyspace.name}.{name}` {said}, which a script does not", help_ or None
        )
    return found


# --- binding -------------------------------------------------------------------------


def _bind(
    t: Translator, node: ast.Call, keyspace: Keyspace, method: Method, used: bool
) -> BoundCall:
    parameters = keyspace.pattern.parameters
    positional: list[ast.expr] = list(node.args)
    keywords: dict[str, ast.keyword] = {}
    for keyword in node.keywords:
        if keyword.arg is None:
            raise t.refuse(keyword.value, "`**` is not in the subset", "write the arguments out")
        if keyword.arg in keywords:
            raise t.refuse(keyword.value, f"`{keyword.arg}` is given twice")
        keywords[keyword.arg] = keyword
    bound = BoundCall(node, keyspace, method, [], used=used)
    if not method.keyed:
        if len(positional) != 1 or keywords:
            raise t.refuse(
                node,
                f"{bound.what} takes a list of keys",
                f"write `{keyspace.name}.{method.name}([…, …])`",
            )
        bound.given["keys"] = positional[0]
        return bound
    bound.keys = [_key(t, node, keyspace, parameters, positional, keywords)]
    if isinstance(method.body, Custom) and method.body.kind in ("save", "update", "append"):
        _bind_fields(t, bound, positional, keywords)
        return bound
    taken = {parameter.name for parameter in parameters}
    for argument in method.arguments:
        name = own_name(argument, taken)
        if _takes_several(argument):
            bound.given[argument.name] = positional
            positional = []
            continue
        if positional and not argument.keyword:
            given = positional.pop(0)
            if name in keywords:
                raise t.refuse(keywords[name].value, f"`{name}` is given twice")
            bound.given[argument.name] = given
        elif name in keywords:
            bound.given[argument.name] = keywords.pop(name).value
        elif argument.default is None:
            raise t.refuse(node, f"{bound.what} needs `{name}`", _signature(bound))
    if positional:
        raise t.refuse(positional[0], f"{bound.what} takes fewer arguments", _signature(bound))
    _no_more(t, bound, keywords)
    return bound


def own_name(argument: Argument, taken: set[str]) -> str:
    """An argument's name, out of the way of the key's parameters, as the accessor has it."""
    name = argument.name
    while name in taken:
        name += "_"
    return name


def _takes_several(argument: Argument) -> bool:
    return isinstance(argument.type, StoredEach) and argument.type.variadic


def _no_more(t: Translator, bound: BoundCall, keywords: dict[str, ast.keyword]) -> None:
    for name, keyword in keywords.items():
        known = [argument.name for argument in bound.method.arguments]
        near = nearest(name, known)
        raise t.refuse(
            keyword, f"{bound.what} has no argument `{name}`",
            f"did you mean `{near}`?" if near else _signature(bound),
        )  # fmt: skip


def _bind_fields(
    t: Translator, bound: BoundCall, positional: list[ast.expr], keywords: dict[str, ast.keyword]
) -> None:
    if positional:
        raise t.refuse(positional[0], f"{bound.what} takes the fields by name", _signature(bound))
    names = {each.name for each in bound.keyspace.fields}
    ttl = "ttl"
    while ttl in names:
        ttl += "_"
    for name, keyword in keywords.items():
        if name in names:
            bound.given[name] = keyword.value
        elif name == ttl and any(argument.name == "ttl" for argument in bound.method.arguments):
            bound.given["ttl*"] = keyword.value
        else:
            near = nearest(name, names)
            raise t.refuse(
                keyword,
                f"`{bound.keyspace.name}` has no field `{name}`",
                f"did you mean `{near}`?" if near else f"its fields are {', '.join(sorted(names))}",
            )


def _signature(bound: BoundCall) -> str:
    """How the method is called, as a help."""
    key = [p.name for p in bound.keyspace.pattern.parameters] if bound.method.keyed else []
    if isinstance(bound.method.body, Custom) and bound.method.body.kind in (
        "save",
        "update",
        "append",
    ):
        own = [f"{each.name}=…" for each in bound.keyspace.fields]
    else:
        own = [
            f"{argument.name}=…"
            if argument.keyword or argument.default is not None
            else argument.name
            for argument in bound.method.arguments
        ]
    return f"it is called `{bound.keyspace.name}.{bound.method.name}({', '.join([*key, *own])})`"


# --- keys ----------------------------------------------------------------------------------


def _key(
    t: Translator,
    node: ast.Call,
    keyspace: Keyspace,
    parameters: tuple[Parameter, ...],
    positional: list[ast.expr],
    keywords: dict[str, ast.keyword],
) -> KeyRef:
    found: list[Ex] = []
    for parameter in parameters:
        if positional:
            given = positional.pop(0)
            if isinstance(given, ast.Starred):
                raise t.refuse(
                    given, "`*` does not stand for the arguments of a key", "write them out"
                )
        elif parameter.name in keywords:
            given = keywords.pop(parameter.name).value
        else:
            names = ", ".join(f"{p.name}: {p.type.text}" for p in parameters)
            raise t.refuse(
                node,
                f"the key of `{keyspace.name}` needs `{parameter.name}`",
                f"its key takes ({names})",
            )
        found.append(_key_argument(t, given, keyspace, parameter))
    return t.key(node.func, keyspace, tuple(found))


def _several_keys(t: Translator, bound: BoundCall) -> list[KeyRef]:
    """The keys of a method that joins several: `tags.union([first, second])`."""
    node = bound.given["keys"]
    if not isinstance(node, ast.List | ast.Tuple) or not node.elts:
        at = node if isinstance(node, ast.expr) else bound.node
        raise t.refuse(at, f"{bound.what} takes its keys written out", "write `[first, second]`")
    return [_key_of(t, each, bound.keyspace) for each in node.elts]


def _key_of(t: Translator, node: ast.expr, keyspace: Keyspace) -> KeyRef:
    """A key that stands as an argument: its one parameter, or a tuple of them."""
    parameters = keyspace.pattern.parameters
    parts = list(node.elts) if isinstance(node, ast.Tuple) and len(parameters) > 1 else [node]
    if len(parts) != len(parameters):
        raise t.refuse(node, f"a key of `{keyspace.name}` takes {len(parameters)} arguments")
    return t.key(
        node,
        keyspace,
        tuple(
            _key_argument(t, part, keyspace, p) for part, p in zip(parts, parameters, strict=True)
        ),
    )


def _key_argument(t: Translator, node: ast.expr, keyspace: Keyspace, parameter: Parameter) -> Ex:
    ex = _known(t, node)
    if ex is None:
        ex = t.expression(node)
    if not _fits(parameter.type, ex):
        raise t.refuse(
            node,
            f"`{parameter.name}` of `{keyspace.name}` is {_article(parameter.type.text)}, and this is {shown(ex.type)}",
            _key_help(parameter.type, ex),
        )
    if ex.known is None:
        raise t.refuse(
            node,
            f"the key of `{keyspace.name}` depends on what the script reads: a script may touch only keys "
            "that its caller names, or a cluster loses writes while slots move",
            "use a parameter (read it in Python before), or an item of a list parameter",
            code="RS501",
        )
    return ex


def _known(t: Translator, node: ast.expr) -> Ex | None:
    """A parameter that only names a key need not come in ARGV."""
    if not isinstance(node, ast.Name) or node.id in t.env or node.id not in t.operation.params:
        return None
    kind = t.operation.params[node.id]
    if is_list(kind):
        return None
    return Ex(node.id, stored(kind), known=Param(node.id), name=node.id)


def _fits(kind: ParameterType, ex: Ex) -> bool:
    static = ex.type
    if isinstance(static, Int):
        return kind.name == "int"
    if not isinstance(static, Text):
        return False
    if static.literal is not None:
        return kind.name not in ("int", "date", "month", "isoweek", "hour", "uuid") and (
            kind.accepts(static.literal) if kind.name != "encoded" else bool(static.literal)
        )
    wanted = {
        "uuid": ("uuid",), "slug": ("slug",), "str": ("str", "slug"), "encoded": ("str", "slug"),
        "date": ("date",), "month": ("date",), "isoweek": ("date",), "hour": ("datetime",),
        "hex": ("str", "slug"), "enum": (), "int": (),
    }[kind.name]  # fmt: skip
    if isinstance(static.type, Enum):
        if kind.name == "enum":
            return set(static.type.members) <= set(kind.members)
        return kind.name in ("str", "encoded")
    if kind.name == "hour" and ex.known is None:
        return True
    return isinstance(static.type, Scalar) and static.type.name in wanted


def _article(text: str) -> str:
    return f"an {text}" if text[0] in "aeio" else f"a {text}"


def _key_help(kind: ParameterType, ex: Ex) -> str | None:
    if isinstance(ex.known, Constant) and kind.name not in ("int", "str"):
        return "this text is none of its values"
    return None
